using Agentic.Inference.Attention;
using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Blocks;

/// <summary>
/// Multi-head latent attention (DeepSeek-V2, 2024) without ever expanding the cache: the un-rotated part of a query meets its head's key expansion
/// first, and then attends to the compressed vectors themselves; the mixed compressed vectors meet the value expansion afterwards.
/// </summary>
internal sealed class LatentAttention : AttentionBlock
{
    private readonly BlockContext _context;
    private readonly LatentAttentionWeights _weights;
    private readonly RopeTable _rope;
    private readonly int _layer;
    private readonly AttentionCall _call;

    /// <param name="context">The model's shared parts.</param>
    /// <param name="weights">The layer's.</param>
    /// <param name="layer">Number of the layer.</param>
    /// <param name="rope">Angles of the rotated parts.</param>
    public LatentAttention(BlockContext context, LatentAttentionWeights weights, int layer, RopeTable rope)
    {
        (_context, _weights, _layer, _rope) = (context, weights, layer, rope);
        _call = new AttentionCall
        {
            Pool = context.Pool,
            Layer = layer,
            Sequences = context.Sequences,
            Segments = [AttentionSegment.Dense],
            Queries = [context.Buffers.QueryKeyValue],
            QueryStride = context.Buffers.QueryKeyValueWidth,
            QueryHeads = context.Config.HeadCount,
            Output = context.Buffers.Mixed,
            Scale = context.Config.AttentionScale,
        };
    }

    public override void Remember(DeviceBuffer input, int rows)
    {
        (IComputeBackend backend, ModelConfig config, LatentConfig latent, LatentBuffers buffers) =
            (_context.Backend, _context.Config, _context.Config.Latent!, _context.Buffers.Latent!);
        DeviceBuffer source = input;
        if (_weights.QueryCompression is { } compression)
        {
            backend.MatMul(compression.Matrix, input, rows, buffers.CompressedQueries);
            backend.RmsNorm(buffers.CompressedQueries, _weights.QueryNorm!, config.NormEpsilon, rows, latent.QueryRank, buffers.CompressedQueries);
            source = buffers.CompressedQueries;
        }

        int heads = config.HeadCount, stride = heads * latent.KeyDim;
        backend.MatMul(_weights.Query.Matrix, source, rows, buffers.Queries);
        backend.Rope(buffers.Queries, rows, stride, latent.PlainDim, heads, latent.KeyDim, _context.Buffers.Positions, _rope);

        // [key expansion · un-rotated part ‖ rotated part]: a query of the cached keys' width.
        var queries = new RowBlocks(_context.Buffers.QueryKeyValue, _context.Buffers.QueryKeyValueWidth, config.KeyDim);
        backend.GroupedMatMul(_weights.KeyExpansion.Matrix, heads, null, rows, heads, new(buffers.Queries, stride, latent.KeyDim), queries);
        backend.CopyBlocks(new(buffers.Queries, stride, latent.KeyDim, latent.PlainDim), queries with { Offset = latent.Rank }, rows, heads, latent.RopeDim);

        backend.MatMul(_weights.KeyValue.Matrix, input, rows, buffers.KeyValue);
        backend.RmsNormHeads(buffers.KeyValue, rows, config.KeyDim, 0, 1, latent.Rank, _weights.KeyValueNorm, config.NormEpsilon);
        backend.Rope(buffers.KeyValue, rows, config.KeyDim, latent.Rank, 1, latent.RopeDim, _context.Buffers.Positions, _rope);
        backend.AppendKv(_context.Pool, _layer, _context.Sequences, buffers.KeyValue, config.KeyDim, 0, 0);
    }

    public override void Attend(IReadOnlyList<KeyMassSum> sums) => _context.Backend.Attend(sums.Count == 0 ? _call : _call with { KeyMasses = sums });

    public override void Project(DeviceBuffer mixed, int rows, DeviceBuffer output, bool accumulate)
    {
        (LatentConfig latent, DeviceBuffer values, int heads) = (_context.Config.Latent!, _context.Buffers.Latent!.Values, _context.Config.HeadCount);
        _context.Backend.GroupedMatMul(
            _weights.ValueExpansion.Matrix, heads, null, rows, heads, new(mixed, heads * latent.Rank, latent.Rank), new(values, heads * latent.ValueDim, latent.ValueDim));
        _context.Backend.MatMul(_weights.Output.Matrix, values, rows, output, null, accumulate);
    }
}
