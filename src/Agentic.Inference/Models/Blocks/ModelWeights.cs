using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Tensors;

namespace Agentic.Inference.Models.Blocks;

/// <summary>A model's weights in a backend's memory: each linear map as one matrix, norms and biases as buffers.</summary>
internal sealed class ModelWeights : IDisposable
{
    private readonly WeightUploader _upload;

    private ModelWeights(IComputeBackend backend, GgufFile file, TensorCatalog tensors)
    {
        _upload = new WeightUploader(backend, file);
        try
        {
            TokenEmbedding = _upload.Matrix([tensors.TokenEmbedding]);
            PositionEmbedding = tensors.PositionEmbedding is { } positions ? _upload.Matrix([positions]) : null;
            Output = tensors.IsTied ? TokenEmbedding : _upload.Matrix([tensors.Output]);
            OutputNorm = _upload.Norm(tensors.OutputNorm)!;
            OutputBias = _upload.Vector(tensors.OutputBias);
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

    public void Dispose() => _upload.Dispose();

    private LayerWeights Layer(LayerTensors layer) => new(
        layer.Attention switch
        {
            GroupedAttentionTensors a => new GroupedAttentionWeights(_upload.Linear(a.QueryKeyValue), _upload.Linear(a.Output), _upload.Vector(a.QueryNorm), _upload.Vector(a.KeyNorm), _upload.Vector(a.Sinks)),
            LatentAttentionTensors a => new LatentAttentionWeights(
                a.QueryCompression is { } compression ? _upload.Linear(compression) : null,
                _upload.Vector(a.QueryNorm),
                _upload.Linear(a.Query),
                _upload.Linear(a.KeyValue),
                _upload.Vector(a.KeyValueNorm)!,
                _upload.Stack(a.KeyExpansion),
                _upload.Stack(a.ValueExpansion),
                _upload.Linear(a.Output)),
            _ => throw new ArgumentException($"{layer.Attention.GetType()} has no weights.", nameof(layer)),
        },
        layer.FeedForward switch
        {
            DenseTensors d => Dense(d),
            ExpertTensors e => new ExpertWeights(_upload.Linear(e.Router), _upload.Stack(e.Up), _upload.Stack(e.Down))
            {
                SelectionBias = _upload.Vector(e.SelectionBias),
                Shared = e.Shared is { } shared ? Dense(shared) : null,
                SharedGate = e.SharedGate is { } gate ? _upload.Matrix([gate]) : null,
            },
            _ => throw new ArgumentException($"{layer.FeedForward.GetType()} has no weights.", nameof(layer)),
        })
    {
        AttentionNorm = _upload.Norm(layer.AttentionNorm),
        PostAttentionNorm = _upload.Norm(layer.PostAttentionNorm),
        FeedForwardNorm = _upload.Norm(layer.FeedForwardNorm),
        PostFeedForwardNorm = _upload.Norm(layer.PostFeedForwardNorm),
    };

    private DenseWeights Dense(DenseTensors dense) => new(_upload.Linear(dense.Up), _upload.Linear(dense.Down));
}
