using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Blocks;
using Agentic.Inference.Models.Tensors;

namespace Agentic.Inference.Embeddings;

/// <summary>An encoder's weights in a backend's memory.</summary>
internal sealed class BertWeights : IDisposable
{
    private readonly WeightUploader _upload;

    private BertWeights(IComputeBackend backend, GgufFile file, EmbeddingModelConfig config)
    {
        var find = new TensorFinder(file);
        long width = config.EmbeddingLength;
        GgufTensor tokens = find.Matrix("token_embd.weight", width, config.VocabularySize);
        GgufTensor positions = find.Matrix("position_embd.weight", width, config.ContextLength);
        GgufTensor types = find.Matrix("token_types.weight", width, config.TokenTypeCount);
        NormTensors norm = Norm(find, "token_embd_norm", width);
        BertTensors[] layers = [.. Enumerable.Range(0, config.BlockCount).Select(layer => Layer(find, $"blk.{layer}.", width, config.FeedForwardLength))];
        find.RefuseUnknownInLayers();
        _upload = new WeightUploader(backend, file);
        try
        {
            Tokens = _upload.Matrix([tokens]);
            Positions = _upload.Matrix([positions]);
            Types = _upload.Matrix([types]);
            EmbeddingNorm = _upload.Norm(norm)!;
            Layers = [.. layers.Select(l => new BertLayer(
                _upload.Linear(l.QueryKeyValue), _upload.Linear(l.AttentionOutput), _upload.Norm(l.AttentionNorm)!, _upload.Linear(l.Up), _upload.Linear(l.Down), _upload.Norm(l.OutputNorm)!))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public DeviceMatrix Tokens { get; }

    public DeviceMatrix Positions { get; }

    public DeviceMatrix Types { get; }

    public NormWeights EmbeddingNorm { get; }

    public IReadOnlyList<BertLayer> Layers { get; }

    /// <summary>Finds and checks all tensors, then uploads them.</summary>
    public static BertWeights Upload(IComputeBackend backend, GgufFile file, EmbeddingModelConfig config) => new(backend, file, config);

    public void Dispose() => _upload.Dispose();

    private static BertTensors Layer(TensorFinder find, string p, long width, long forward) => new(
        new LinearTensors(
            [find.Matrix(p + "attn_q.weight", width, width), find.Matrix(p + "attn_k.weight", width, width), find.Matrix(p + "attn_v.weight", width, width)],
            [find.Vector(p + "attn_q.bias", width), find.Vector(p + "attn_k.bias", width), find.Vector(p + "attn_v.bias", width)]),
        Linear(find, p + "attn_output", width, width),
        Norm(find, p + "attn_output_norm", width),
        Linear(find, p + "ffn_up", width, forward),
        Linear(find, p + "ffn_down", forward, width),
        Norm(find, p + "layer_output_norm", width));

    private static LinearTensors Linear(TensorFinder find, string name, long columns, long rows) =>
        new([find.Matrix(name + ".weight", columns, rows)], [find.Vector(name + ".bias", rows)]);

    private static NormTensors Norm(TensorFinder find, string name, long width) =>
        new(find.Vector(name + ".weight", width), find.Vector(name + ".bias", width));

    private sealed record BertTensors(
        LinearTensors QueryKeyValue, LinearTensors AttentionOutput, NormTensors AttentionNorm, LinearTensors Up, LinearTensors Down, NormTensors OutputNorm);
}

/// <summary>One layer; the norms follow what they norm.</summary>
internal sealed record BertLayer(
    LinearWeights QueryKeyValue, LinearWeights AttentionOutput, NormWeights AttentionNorm, LinearWeights Up, LinearWeights Down, NormWeights OutputNorm);
