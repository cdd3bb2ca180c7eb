using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Tensors;

namespace Agentic.Inference.Models.Blocks;

/// <summary>
/// Uploaded weights that models of one file in this process use together: the first uploads them, the last frees them. They are only read;
/// whatever a step writes to belongs to a model and its own backend.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SharedWeights : IDisposable
{
    private static readonly Dictionary<Key, Holding> Held = [];
    private readonly Holding _holding;
    private bool _disposed;

    private SharedWeights(Holding holding) => _holding = holding;

    /// <summary>The weights.</summary>
    public ModelWeights Weights => _holding.Weights!;

    /// <summary>Bytes that they take.</summary>
    public long Bytes => _holding.Bytes;

    /// <summary>The backend that uploaded them counts their bytes as its own.</summary>
    public IComputeBackend Uploader => _holding.Uploader!;

    /// <summary>Uploads a file's weights, or finds them where another model has.</summary>
    /// <param name="backend">Where they are uploaded to. Others find them only when <see cref="IComputeBackend.SharesWeights"/>.</param>
    /// <param name="file">The file.</param>
    /// <param name="tensors">Its tensors.</param>
    /// <param name="weightsId">What <see cref="WeightsHash"/> says of it.</param>
    /// <param name="alone">True = upload whatever is there, and let nobody find it.</param>
    public static SharedWeights Take(IComputeBackend backend, GgufFile file, TensorCatalog tensors, string weightsId, bool alone)
    {
        Key? key = alone || !backend.SharesWeights ? null : Key.Of(file, weightsId, backend);
        Holding holding;
        lock (Held)
        {
            if (key is null || !Held.TryGetValue(key, out holding!))
            {
                holding = new Holding(key);
                if (key is not null)
                {
                    Held.Add(key, holding);
                }
            }

            holding.Users++;
        }

        var taken = new SharedWeights(holding);
        try
        {
            lock (holding)
            {
                if (holding.Weights is null)
                {
                    long before = backend.ResidentBytes;
                    holding.Weights = ModelWeights.Upload(backend, file, tensors);
                    (holding.Uploader, holding.Bytes) = (backend, backend.ResidentBytes - before);
                }
            }

            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    /// <summary>Gives them up; the last user frees them.</summary>
    public void Dispose()
    {
        lock (Held)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (--_holding.Users > 0)
            {
                return;
            }

            if (_holding.Key is not null)
            {
                Held.Remove(_holding.Key);
            }
        }

        _holding.Weights?.Dispose();
    }

    private sealed class Holding(Key? key)
    {
        public Key? Key => key;

        public int Users { get; set; }

        public ModelWeights? Weights { get; set; }

        public IComputeBackend? Uploader { get; set; }

        public long Bytes { get; set; }
    }

    /// <summary>What weights must have in common to be the same: the file as it lies there, its contents as sampled, and who reads them how.</summary>
    private sealed record Key(string Path, long Length, DateTime Written, string WeightsId, Type Backend, ActivationMode Mode)
    {
        public static Key Of(GgufFile file, string weightsId, IComputeBackend backend)
        {
            var info = new FileInfo(file.Path);
            info = info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
            return new Key(info.FullName, file.Length, info.LastWriteTimeUtc, weightsId, backend.GetType(), backend.ActivationMode);
        }
    }
}
