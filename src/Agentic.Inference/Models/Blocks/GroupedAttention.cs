using Agentic.Inference.Attention;
using Agentic.Inference.Backends;
using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models.Blocks;

/// <summary>Grouped-query attention over all keys or a sliding window; queries and keys may be normed and rotated.</summary>
internal sealed class GroupedAttention : AttentionBlock
{
    private readonly BlockContext _context;
    private readonly GroupedAttentionWeights _weights;
    private readonly RopeTable? _rope;
    private readonly int _layer;
    private readonly AttentionCall _call;

    /// <param name="context">The model's shared parts.</param>
    /// <param name="weights">The layer's.</param>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="rope">Angles; null = queries and keys are not rotated.</param>
    public GroupedAttention(BlockContext context, GroupedAttentionWeights weights, int layer, RopeTable? rope)
    {
        (_context, _weights, _layer, _rope) = (context, weights, layer, rope);
        ModelConfig config = context.Config;
        int window = config.Layers[layer].Window;
        _call = new AttentionCall
        {
            Pool = context.Pool,
            Layer = layer,
            Sequences = context.Sequences,
            Segments = [window == 0 ? AttentionSegment.Dense : new AttentionSegment { Mask = AttentionMask.CausalWindow, Window = window }],
            Queries = [context.Buffers.QueryKeyValue],
            QueryStride = context.Buffers.QueryKeyValueWidth,
            QueryHeads = config.HeadCount,
            Output = context.Buffers.Mixed,
            Scale = config.AttentionScale,
            SoftCap = config.AttentionSoftCap,
            Sinks = weights.Sinks,
        };
    }

    public override void Remember(DeviceBuffer input, int rows)
    {
        (IComputeBackend backend, ModelConfig config, Activations buffers) = (_context.Backend, _context.Config, _context.Buffers);
        DeviceBuffer all = buffers.QueryKeyValue;
        int stride = buffers.QueryKeyValueWidth;
        int queries = config.HeadCount * config.KeyDim;
        int keys = config.HeadCountKv * config.KeyDim;
        backend.MatMul(_weights.QueryKeyValue.Matrix, input, rows, all, _weights.QueryKeyValue.Bias);
        if (_weights.QueryNorm is { } queryNorm && _weights.KeyNorm is { } keyNorm)
        {
            bool eachHead = config.Traits.QueryKeyNorm == QueryKeyNorm.EachHead;
            int queryParts = eachHead ? config.HeadCount : 1;
            int keyParts = eachHead ? config.HeadCountKv : 1;
            backend.RmsNormHeads(all, rows, stride, 0, queryParts, queries / queryParts, queryNorm, config.NormEpsilon);
            backend.RmsNormHeads(all, rows, stride, queries, keyParts, keys / keyParts, keyNorm, config.NormEpsilon);
        }

        if (_rope is not null)
        {
            // Query and key heads lie side by side and turn alike.
            backend.Rope(all, rows, stride, 0, config.HeadCount + config.HeadCountKv, config.KeyDim, buffers.Positions, _rope);
        }

        backend.AppendKv(_context.Pool, _layer, _context.Sequences, all, stride, queries, queries + keys);
    }

    public override void Attend(IReadOnlyList<KeyMassSum> sums) => _context.Backend.Attend(sums.Count == 0 ? _call : _call with { KeyMasses = sums });

    public override void Project(DeviceBuffer mixed, int rows, DeviceBuffer output, bool accumulate) =>
        _context.Backend.MatMul(_weights.Output.Matrix, mixed, rows, output, _weights.Output.Bias, accumulate);
}
