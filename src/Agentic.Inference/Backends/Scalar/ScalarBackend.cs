using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Scalar;

/// <summary>
/// The definition of every operation: plain loops in order, sums in double, no threads, no vectors. Slow; other backends are held against it.
/// </summary>
public sealed class ScalarBackend : IComputeBackend
{
    private readonly ActivationMode _activations;

    /// <summary>Creates the backend.</summary>
    /// <param name="activations">Whether activations are rounded to 8-bit blocks before they meet quantised weights.</param>
    public ScalarBackend(ActivationMode activations = ActivationMode.Int8) => _activations = activations;

    /// <inheritdoc/>
    public ActivationMode ActivationMode => _activations;

    /// <inheritdoc/>
    public bool SharesWeights => true;

    /// <inheritdoc/>
    public string Name => _activations == ActivationMode.Int8 ? "scalar (8-bit activations)" : "scalar (float activations)";

    /// <inheritdoc/>
    public long ResidentBytes => Resident;

    /// <inheritdoc/>
    public BackendCounters Counters { get; } = new();

    internal long Resident { get; set; }

    /// <summary>Hears of every attention once it is computed, for tests that compute it in another way.</summary>
    internal Action<AttentionCall>? Attended { get; set; }

    /// <inheritdoc/>
    public bool Supports(GgmlType type) => GgmlTypes.IsSupported(type);

    /// <inheritdoc/>
    public DeviceBuffer Allocate(ElementType type, long length) => new ScalarBuffer(this, type, length);

    /// <inheritdoc/>
    public DeviceMatrix Upload(params ReadOnlySpan<MatrixSource> parts) => ScalarMatrix.Create(this, parts);

    /// <inheritdoc/>
    public DeviceKvPool CreateKvPool(KvPageFormat format, int pages) => new ScalarKvPool(this, format, pages);

    /// <inheritdoc/>
    public void Write(DeviceBuffer target, long offset, ReadOnlySpan<float> values) => values.CopyTo(Floats(target)[(int)offset..]);

    /// <inheritdoc/>
    public void Write(DeviceBuffer target, long offset, ReadOnlySpan<int> values) => values.CopyTo(ScalarBuffer.Ints(target)[(int)offset..]);

    /// <inheritdoc/>
    public void Read(DeviceBuffer source, long offset, Span<float> values) => Floats(source).Slice((int)offset, values.Length).CopyTo(values);

    /// <inheritdoc/>
    public void Embed(DeviceMatrix table, DeviceBuffer tokens, int rows, DeviceBuffer output, float scale = 1, bool accumulate = false)
    {
        float[] row = new float[table.Columns];
        for (int r = 0; r < rows; r++)
        {
            ((ScalarMatrix)table).DecodeRow(ScalarBuffer.Ints(tokens)[r], row);
            Span<float> target = Floats(output).Slice(r * row.Length, row.Length);
            for (int i = 0; i < row.Length; i++)
            {
                target[i] = accumulate ? target[i] + row[i] * scale : row[i] * scale;
            }
        }
    }

    /// <inheritdoc/>
    public void RmsNorm(DeviceBuffer x, DeviceBuffer weight, float epsilon, int rows, int width, DeviceBuffer output) =>
        ScalarNorms.RmsNorm(Floats(x), Floats(weight), epsilon, rows, width, Floats(output));

    /// <inheritdoc/>
    public void RmsNormHeads(DeviceBuffer x, int rows, int stride, int offset, int heads, int headDim, DeviceBuffer weight, float epsilon) =>
        ScalarNorms.RmsNormHeads(Floats(x), rows, stride, offset, heads, headDim, Floats(weight), epsilon);

    /// <inheritdoc/>
    public void LayerNorm(DeviceBuffer x, DeviceBuffer weight, DeviceBuffer? bias, float epsilon, int rows, int width, DeviceBuffer output) =>
        ScalarNorms.LayerNorm(Floats(x), Floats(weight), bias is null ? [] : Floats(bias), epsilon, rows, width, Floats(output));

    /// <inheritdoc/>
    public void MatMul(DeviceMatrix matrix, DeviceBuffer x, int rows, DeviceBuffer output, DeviceBuffer? bias = null, bool accumulate = false)
    {
        Counters.MatMuls++;
        Counters.VectorRows += rows;
        ScalarMatMul.Run((ScalarMatrix)matrix, Floats(x), rows, Floats(output), bias is null ? [] : Floats(bias), accumulate, _activations);
    }

    /// <inheritdoc/>
    public void GroupedMatMul(DeviceMatrix matrix, int groups, DeviceBuffer? choices, int rows, int perRow, RowBlocks x, RowBlocks output, DeviceBuffer? bias = null)
    {
        Counters.MatMuls++;
        Counters.VectorRows += (long)rows * perRow;
        ScalarExperts.MatMul((ScalarMatrix)matrix, groups, choices is null ? [] : ScalarBuffer.Ints(choices), rows, perRow, x, output, bias is null ? [] : Floats(bias), _activations);
    }

    /// <inheritdoc/>
    public void RouteExperts(DeviceBuffer router, int rows, ExpertRouting routing, DeviceBuffer? selectionBias, DeviceBuffer chosen, DeviceBuffer weights)
    {
        for (int r = 0; r < rows; r++)
        {
            ExpertRouter.Route(
                Floats(router).Slice(r * routing.Experts, routing.Experts),
                selectionBias is null ? [] : Floats(selectionBias),
                routing,
                ScalarBuffer.Ints(chosen).Slice(r * routing.Used, routing.Used),
                Floats(weights).Slice(r * routing.Used, routing.Used));
        }
    }

    /// <inheritdoc/>
    public void WeightedSum(DeviceBuffer x, DeviceBuffer weights, int rows, int perRow, int width, DeviceBuffer output, bool accumulate) =>
        ScalarExperts.WeightedSum(Floats(x), Floats(weights), rows, perRow, width, Floats(output), accumulate);

    /// <inheritdoc/>
    public void CopyBlocks(RowBlocks source, RowBlocks target, int rows, int perRow, int width)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int j = 0; j < perRow; j++)
            {
                ScalarExperts.Block(source, r, j, width).CopyTo(ScalarExperts.Block(target, r, j, width));
            }
        }
    }

    /// <inheritdoc/>
    public void Rope(DeviceBuffer x, int rows, int stride, int offset, int heads, int headDim, DeviceBuffer positions, RopeTable table) =>
        ScalarRowOps.Rope(Floats(x), rows, stride, offset, heads, headDim, ScalarBuffer.Ints(positions), table);

    /// <inheritdoc/>
    public void AppendKv(DeviceKvPool pool, int layer, IReadOnlyList<SequenceRows> sequences, DeviceBuffer source, int stride, int keyOffset, int valueOffset, int keyPlane = 0)
    {
        var target = (ScalarKvPool)pool;
        KvPageFormat format = pool.Format;
        ReadOnlySpan<float> values = Floats(source);
        foreach (SequenceRows rows in sequences)
        {
            for (int r = 0; r < rows.Rows; r++)
            {
                int position = rows.FirstPosition + r;
                int page = rows.Pages[position / KvPageFormat.PageTokens];
                int token = position % KvPageFormat.PageTokens;
                ReadOnlySpan<float> row = values.Slice((rows.FirstRow + r) * stride, stride);
                for (int h = 0; h < format.KvHeads; h++)
                {
                    target.StoreKey(layer, page, h, keyPlane, token, row.Slice(keyOffset + h * format.KeyDim, format.KeyDim));
                    target.StoreValue(layer, page, h, token, row.Slice(valueOffset + h * format.ValueDim, format.ValueDim));
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Attend(AttentionCall call)
    {
        ScalarAttention.Run(call);
        Attended?.Invoke(call);
    }

    /// <inheritdoc/>
    public void Glu(Activation activation, DeviceBuffer gateUp, int rows, int width, DeviceBuffer output) =>
        ScalarActivations.Glu(activation, Floats(gateUp), rows, width, Floats(output));

    /// <inheritdoc/>
    public void Activate(Activation activation, DeviceBuffer x, long length) =>
        ScalarActivations.Activate(activation, Floats(x)[..(int)length]);

    /// <inheritdoc/>
    public void Add(DeviceBuffer x, DeviceBuffer y, long length, float scale = 1) =>
        ScalarRowOps.Add(Floats(x)[..(int)length], Floats(y)[..(int)length], scale);

    /// <inheritdoc/>
    public void Scale(DeviceBuffer x, long length, float scale, float softCap = 0) =>
        ScalarRowOps.Scale(Floats(x)[..(int)length], scale, softCap);

    /// <inheritdoc/>
    public void GatherRows(DeviceBuffer x, DeviceBuffer rowIndices, int count, int width, DeviceBuffer output) =>
        ScalarRowOps.GatherRows(Floats(x), ScalarBuffer.Ints(rowIndices)[..count], width, Floats(output));

    /// <inheritdoc/>
    public void CopyPages(DeviceKvPool pool, IReadOnlyList<int> from, IReadOnlyList<int> to)
    {
        for (int i = 0; i < from.Count; i++)
        {
            var kv = (ScalarKvPool)pool;
            kv.Page(from[i]).CopyTo(kv.Page(to[i]));
        }
    }

    /// <inheritdoc/>
    public void Sample(DeviceBuffer logits, int vocabulary, IReadOnlyList<SamplingRow> rows, Span<SampledToken> results)
    {
        for (int r = 0; r < rows.Count; r++)
        {
            results[r] = RowSampler.Sample(Floats(logits).Slice(r * vocabulary, vocabulary), rows[r]);
        }
    }

    /// <inheritdoc/>
    public void TargetLogProbs(DeviceBuffer logits, int rows, int vocabulary, ReadOnlySpan<int> targets, Span<float> results)
    {
        for (int r = 0; r < rows; r++)
        {
            results[r] = RowSampler.LogProb(Floats(logits).Slice(r * vocabulary, vocabulary), targets[r]);
        }
    }

    /// <inheritdoc/>
    public void Entropies(DeviceBuffer logits, int rows, int vocabulary, Span<float> results)
    {
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = Floats(logits).Slice(r * vocabulary, vocabulary);
            double logSumExp = SoftmaxRow.LogSumExp(row), entropy = 0;
            foreach (float logit in row)
            {
                entropy += float.IsNegativeInfinity(logit) ? 0 : Math.Exp(logit - logSumExp) * (logSumExp - logit);
            }

            results[r] = (float)entropy;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Buffers are managed memory; there is nothing to free.
    }

    private static Span<float> Floats(DeviceBuffer buffer) => ScalarBuffer.Floats(buffer);
}
