using Agentic.Inference.Attention;
using Agentic.Inference.Backends;

namespace Agentic.Inference.Models;

/// <summary>
/// The forward pass of a decoder with RMS norms, rotary positions, grouped-query attention and SwiGLU (llama, qwen2): written once, against
/// the backend's operations. What the architectures differ in is data: optional biases, the pairing of rotated dimensions, the tied output.
/// </summary>
internal sealed class TransformerGraph
{
    private readonly IComputeBackend _backend;
    private readonly ModelConfig _config;
    private readonly ModelWeights _weights;
    private readonly RopeTable _rope;
    private readonly Activations _buffers;
    private readonly DeviceKvPool _pool;
    private readonly List<SequenceRows> _sequences = [];
    private readonly AttentionCall[] _attention;

    public TransformerGraph(IComputeBackend backend, ModelConfig config, ModelWeights weights, RopeTable rope, Activations buffers, DeviceKvPool pool)
    {
        _backend = backend;
        _config = config;
        _weights = weights;
        _rope = rope;
        _buffers = buffers;
        _pool = pool;
        _attention = [.. Enumerable.Range(0, config.BlockCount).Select(DenseAttention)];
    }

    /// <summary>The sequences of the step about to run, in row order; filled by the caller.</summary>
    public List<SequenceRows> Sequences => _sequences;

    /// <summary>
    /// Runs all layers over the tokens and positions in the buffers and appends to the cache. Afterwards <see cref="Activations.Normed"/>
    /// holds, one after the other, the final normed states of the <paramref name="kept"/> rows named in <see cref="Activations.Kept"/>.
    /// </summary>
    public void Run(int rows, int kept)
    {
        _backend.Embed(_weights.TokenEmbedding, _buffers.Tokens, rows, _buffers.Hidden);
        int last = _config.BlockCount - 1;
        for (int layer = 0; layer < last; layer++)
        {
            Remember(layer, rows);
            _backend.Attend(_attention[layer]);
            Finish(layer, rows, _buffers.Mixed, _buffers.Hidden);
        }

        // Of the last layer the cache needs all rows, but only rows with wanted logits need what follows.
        Remember(last, rows);
        if (kept == 0)
        {
            return;
        }

        _backend.Attend(_attention[last]);
        DeviceBuffer mixed = _buffers.Mixed;
        DeviceBuffer hidden = _buffers.Hidden;
        if (kept < rows)
        {
            _backend.GatherRows(mixed, _buffers.Kept, kept, _buffers.MixedWidth, _buffers.KeptMixed);
            _backend.GatherRows(hidden, _buffers.Kept, kept, _config.EmbeddingLength, _buffers.KeptHidden);
            (mixed, hidden) = (_buffers.KeptMixed, _buffers.KeptHidden);
        }

        Finish(last, kept, mixed, hidden);
        _backend.RmsNorm(hidden, _weights.OutputNorm, _config.RmsEpsilon, kept, _config.EmbeddingLength, _buffers.Normed);
    }

    /// <summary>Queries, keys and values of a layer; keys and values go to the cache.</summary>
    private void Remember(int layer, int rows)
    {
        LayerWeights weights = _weights.Layers[layer];
        int stride = _buffers.QueryKeyValueWidth;
        int keys = _config.HeadCount * _config.KeyDim;
        int values = keys + _config.HeadCountKv * _config.KeyDim;
        _backend.RmsNorm(_buffers.Hidden, weights.AttentionNorm, _config.RmsEpsilon, rows, _config.EmbeddingLength, _buffers.Normed);
        _backend.MatMul(weights.QueryKeyValue, _buffers.Normed, rows, _buffers.QueryKeyValue, weights.QueryKeyValueBias);

        // Query and key heads lie side by side and turn alike.
        _backend.Rope(_buffers.QueryKeyValue, rows, stride, 0, _config.HeadCount + _config.HeadCountKv, _config.KeyDim, _buffers.Positions, _rope);
        _backend.AppendKv(_pool, layer, _sequences, _buffers.QueryKeyValue, stride, keys, values);
    }

    /// <summary>What follows attention in a layer, added to the residual stream.</summary>
    private void Finish(int layer, int rows, DeviceBuffer mixed, DeviceBuffer hidden)
    {
        LayerWeights weights = _weights.Layers[layer];
        _backend.MatMul(weights.AttentionOutput, mixed, rows, hidden, weights.AttentionOutputBias, accumulate: true);
        _backend.RmsNorm(hidden, weights.FeedForwardNorm, _config.RmsEpsilon, rows, _config.EmbeddingLength, _buffers.Normed);
        _backend.MatMul(weights.GateUp, _buffers.Normed, rows, _buffers.GateUp, weights.GateUpBias);
        _backend.Glu(Activation.Silu, _buffers.GateUp, rows, _config.FeedForwardLength, _buffers.Gated);
        _backend.MatMul(weights.Down, _buffers.Gated, rows, hidden, weights.DownBias, accumulate: true);
    }

    private AttentionCall DenseAttention(int layer) => new()
    {
        Pool = _pool,
        Layer = layer,
        Sequences = _sequences,
        Segments = [AttentionSegment.Dense],
        Queries = [_buffers.QueryKeyValue],
        QueryStride = _buffers.QueryKeyValueWidth,
        QueryHeads = _config.HeadCount,
        Output = _buffers.Mixed,
        Scale = 1 / MathF.Sqrt(_config.KeyDim),
    };
}
