using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Tensors;

namespace Agentic.Inference.Models.Blocks;

/// <summary>A model's weights in a backend's memory: each linear map as one matrix, norms and biases as buffers.</summary>
internal sealed class ModelWeights : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly IComputeBackend _backend;
    private readonly GgufFile _file;

    private ModelWeights(IComputeBackend backend, GgufFile file, TensorCatalog tensors)
    {
        _backend = backend;
        _file = file;
        try
        {
            TokenEmbedding = Matrix([tensors.TokenEmbedding]);
            PositionEmbedding = tensors.PositionEmbedding is { } positions ? Matrix([positions]) : null;
            Output = tensors.IsTied ? TokenEmbedding : Matrix([tensors.Output]);
            OutputNorm = Norm(tensors.OutputNorm)!;
            OutputBias = Vector(tensors.OutputBias);
            Layers = [.. tensors.Layers.Select(Layer)];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public DeviceMatrix TokenEmbedding { get; }

    /// <summary>A vector a position; null when positions are not learned.</summary>
    public DeviceMatrix? PositionEmbedding { get; }

    /// <summary>The output projection; the embedding itself when tied.</summary>
    public DeviceMatrix Output { get; }

    public NormWeights OutputNorm { get; }

    public DeviceBuffer? OutputBias { get; }

    public IReadOnlyList<LayerWeights> Layers { get; }

    /// <summary>Uploads everything; each tensor's mapped pages are given back as soon as it is repacked.</summary>
    public static ModelWeights Upload(IComputeBackend backend, GgufFile file, TensorCatalog tensors) => new(backend, file, tensors);

    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }

        _owned.Clear();
    }

    private LayerWeights Layer(LayerTensors layer) => new(
        layer.Attention switch
        {
            GroupedAttentionTensors a => new GroupedAttentionWeights(Linear(a.QueryKeyValue), Linear(a.Output), Vector(a.QueryNorm), Vector(a.KeyNorm)),
            _ => throw new ArgumentException($"{layer.Attention.GetType()} has no weights.", nameof(layer)),
        },
        layer.FeedForward switch
        {
            DenseTensors d => new DenseWeights(Linear(d.Up), Linear(d.Down)),
            _ => throw new ArgumentException($"{layer.FeedForward.GetType()} has no weights.", nameof(layer)),
        })
    {
        AttentionNorm = Norm(layer.AttentionNorm),
        PostAttentionNorm = Norm(layer.PostAttentionNorm),
        FeedForwardNorm = Norm(layer.FeedForwardNorm),
        PostFeedForwardNorm = Norm(layer.PostFeedForwardNorm),
    };

    private NormWeights? Norm(NormTensors? norm) => norm is null ? null : new(Vector(norm.Weight)!, Vector(norm.Bias));

    private LinearWeights Linear(LinearTensors linear) => new(Matrix(linear.Parts), Vector([.. linear.Parts.Zip(linear.Biases, (part, bias) => (bias, part.Rows))]));

    private unsafe DeviceMatrix Matrix(IReadOnlyList<GgufTensor> parts)
    {
        var sources = new MatrixSource[parts.Count];
        for (int i = 0; i < parts.Count; i++)
        {
            GgufTensor part = parts[i];
            if (!_backend.Supports(part.Type))
            {
                throw new ModelNotSupportedException(_file.Path, part.Name, $"has type {GgmlTypes.Name(part.Type)}, which the backend '{_backend.Name}' cannot compute with.");
            }

            sources[i] = new MatrixSource(part.Type, checked((int)part.Rows), checked((int)part.Columns), (nint)_file.Data(part));
        }

        DeviceMatrix matrix = _backend.Upload(sources);
        _owned.Add(matrix);
        foreach (GgufTensor part in parts)
        {
            _file.Release(part);
        }

        return matrix;
    }

    private DeviceBuffer? Vector(GgufTensor? tensor) => tensor is null ? null : Vector((tensor, tensor.Count));

    /// <summary>Several vectors side by side, zeros for those that are missing; null when all are.</summary>
    private DeviceBuffer? Vector(params ReadOnlySpan<(GgufTensor? Tensor, long Length)> parts)
    {
        long length = 0;
        bool any = false;
        foreach ((GgufTensor? tensor, long part) in parts)
        {
            length += part;
            any |= tensor is not null;
        }

        if (!any)
        {
            return null;
        }

        float[] values = new float[length];
        int at = 0;
        foreach ((GgufTensor? tensor, long part) in parts)
        {
            if (tensor is not null)
            {
                Dequantizer.Dequantize(tensor.Type, _file.Bytes(tensor), values.AsSpan(at, (int)part));
            }

            at += (int)part;
        }

        DeviceBuffer buffer = _backend.Allocate(ElementType.Float32, length);
        _owned.Add(buffer);
        _backend.Write(buffer, 0, values);
        return buffer;
    }
}
