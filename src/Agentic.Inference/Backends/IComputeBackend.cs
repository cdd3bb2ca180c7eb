using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends;

/// <summary>
/// The operations a transformer is made of, over opaque device memory. Operations only enqueue; nothing returns to the host except by
/// <see cref="Read(DeviceBuffer, long, Span{float})"/>, <see cref="Sample"/> and <see cref="TargetLogProbs"/>, which are a step's one read-back.
/// </summary>
/// <remarks>
/// Matrices are row-major, activations float32. Used from one thread at a time. On a CPU the result of a row is bit-identical whatever rows
/// share its batch or chunk: the order of summation depends on the row alone. On other devices rows are equal within tolerance.
/// </remarks>
public interface IComputeBackend : IDisposable
{
    /// <summary>Name for people: kind, instruction set, threads.</summary>
    string Name { get; }

    /// <summary>How activations meet quantised weights: results differ by that rounding.</summary>
    ActivationMode ActivationMode { get; }

    /// <summary>Whether matrices and buffers that this backend made, and that nobody writes to any more, can be read by other instances of its type at the same time, also after this one is disposed.</summary>
    bool SharesWeights { get; }

    /// <summary>Bytes held by weights, pools and buffers now.</summary>
    long ResidentBytes { get; }

    /// <summary>Counts of what was run since creation, for tests that no slow path hides.</summary>
    BackendCounters Counters { get; }

    /// <summary>Whether matrices of a type can be uploaded.</summary>
    bool Supports(GgmlType type);

    /// <summary>Allocates an uninitialised buffer.</summary>
    DeviceBuffer Allocate(ElementType type, long length);

    /// <summary>Copies weights into the backend's own layout. Several parts of equal width become one matrix with their rows one after the other (fused QKV, gate and up), each in its own type.</summary>
    DeviceMatrix Upload(params ReadOnlySpan<MatrixSource> parts);

    /// <summary>Allocates pages.</summary>
    DeviceKvPool CreateKvPool(KvPageFormat format, int pages);

    /// <summary>Host to device.</summary>
    void Write(DeviceBuffer target, long offset, ReadOnlySpan<float> values);

    /// <summary>Host to device.</summary>
    void Write(DeviceBuffer target, long offset, ReadOnlySpan<int> values);

    /// <summary>Device to host; waits for everything enqueued.</summary>
    void Read(DeviceBuffer source, long offset, Span<float> values);

    /// <summary>output[r] = row <c>tokens[r]</c> of the table, times <paramref name="scale"/>; or += when <paramref name="accumulate"/> (learned positions and token types: the table's rows by position or type).</summary>
    void Embed(DeviceMatrix table, DeviceBuffer tokens, int rows, DeviceBuffer output, float scale = 1, bool accumulate = false);

    /// <summary>output[r] = weight ∘ x[r] / √(mean(x[r]²) + epsilon). Output may be x.</summary>
    void RmsNorm(DeviceBuffer x, DeviceBuffer weight, float epsilon, int rows, int width, DeviceBuffer output);

    /// <summary>Root-mean-square norm of parts of rows, in place: row r, head h at <c>r · stride + offset + h · headDim</c>, the heads sharing <paramref name="weight"/> of headDim (norms of queries and keys; one head as wide as all: a norm over the whole projection).</summary>
    void RmsNormHeads(DeviceBuffer x, int rows, int stride, int offset, int heads, int headDim, DeviceBuffer weight, float epsilon);

    /// <summary>output[r] = weight ∘ (x[r] − mean) / √(variance + epsilon) (+ bias), with the biased variance (Ba, Kiros, Hinton 2016). Output may be x.</summary>
    void LayerNorm(DeviceBuffer x, DeviceBuffer weight, DeviceBuffer? bias, float epsilon, int rows, int width, DeviceBuffer output);

    /// <summary>output[r] = matrix · x[r] (+ bias), or += when <paramref name="accumulate"/>; x has <c>matrix.Columns</c> a row, output <c>matrix.Rows</c>.</summary>
    void MatMul(DeviceMatrix matrix, DeviceBuffer x, int rows, DeviceBuffer output, DeviceBuffer? bias = null, bool accumulate = false);

    /// <summary>
    /// Products with stacked matrices: block j of row r of <paramref name="output"/> = group g of the matrix · block j of row r of <paramref name="x"/>
    /// (+ the group's part of <paramref name="bias"/>), where g is <c>choices[r · perRow + j]</c> (the experts of a row), or j when
    /// <paramref name="choices"/> is null (projections of each head). Rows are gathered by group: weights are read once a step, and only chosen ones.
    /// </summary>
    /// <param name="matrix">What <see cref="MatrixGroups.UploadGroups"/> made.</param>
    /// <param name="groups">Number of groups; <c>matrix.Rows / groups</c> outputs each.</param>
    /// <param name="choices">Int32 numbers of groups, as <see cref="RouteExperts"/> writes them.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="perRow">Blocks a row.</param>
    /// <param name="x">Inputs; <c>matrix.Columns</c> a block.</param>
    /// <param name="output">Outputs; must not overlap one another or <paramref name="x"/>.</param>
    /// <param name="bias"><c>matrix.Rows</c> numbers, or null.</param>
    void GroupedMatMul(DeviceMatrix matrix, int groups, DeviceBuffer? choices, int rows, int perRow, RowBlocks x, RowBlocks output, DeviceBuffer? bias = null);

    /// <summary>Chooses experts for each row of <paramref name="router"/> (<c>routing.Experts</c> numbers a row): their numbers (Int32) and weights, <c>routing.Used</c> a row, best first.</summary>
    void RouteExperts(DeviceBuffer router, int rows, ExpertRouting routing, DeviceBuffer? selectionBias, DeviceBuffer chosen, DeviceBuffer weights);

    /// <summary>output[r] = Σ weights[r · perRow + j] · x[r · perRow + j] in the order of j, or += when <paramref name="accumulate"/>; rows of <paramref name="width"/>.</summary>
    void WeightedSum(DeviceBuffer x, DeviceBuffer weights, int rows, int perRow, int width, DeviceBuffer output, bool accumulate);

    /// <summary>Copies the first <paramref name="width"/> elements of each of <paramref name="perRow"/> blocks of each row.</summary>
    void CopyBlocks(RowBlocks source, RowBlocks target, int rows, int perRow, int width);

    /// <summary>Rotates heads in place: row r, head h at <c>r · stride + offset + h · headDim</c>, its first <see cref="RopeTable.RotatedDims"/> dimensions by the angles of <paramref name="table"/> at <c>positions[r]</c>.</summary>
    void Rope(DeviceBuffer x, int rows, int stride, int offset, int heads, int headDim, DeviceBuffer positions, RopeTable table);

    /// <summary>Appends keys and values of a batch to their pages: row r, head h of the keys at <c>r · stride + keyOffset + h · KeyDim</c>, values likewise.</summary>
    void AppendKv(DeviceKvPool pool, int layer, IReadOnlyList<SequenceRows> sequences, DeviceBuffer source, int stride, int keyOffset, int valueOffset, int keyPlane = 0);

    /// <summary>Attention over pages.</summary>
    void Attend(AttentionCall call);

    /// <summary>Gated linear unit: output[r][i] = f(x[r][i]) · x[r][width + i]; gate and up lie side by side in a row of 2·width. (<see cref="Activation.ClampedSwish"/> changes the up side too.)</summary>
    void Glu(Activation activation, DeviceBuffer gateUp, int rows, int width, DeviceBuffer output);

    /// <summary>x = f(x), <paramref name="length"/> elements.</summary>
    void Activate(Activation activation, DeviceBuffer x, long length);

    /// <summary>x += <paramref name="scale"/> · y, <paramref name="length"/> elements.</summary>
    void Add(DeviceBuffer x, DeviceBuffer y, long length, float scale = 1);

    /// <summary>x = <paramref name="scale"/> · x and then, when <paramref name="softCap"/> &gt; 0, x = softCap · tanh(x / softCap); <paramref name="length"/> elements.</summary>
    void Scale(DeviceBuffer x, long length, float scale, float softCap = 0);

    /// <summary>output[i] = x[rowIndices[i]], rows of <paramref name="width"/>.</summary>
    void GatherRows(DeviceBuffer x, DeviceBuffer rowIndices, int count, int width, DeviceBuffer output);

    /// <summary>Copies whole pages inside a pool (copy on write): all layers, from[i] to to[i].</summary>
    void CopyPages(DeviceKvPool pool, IReadOnlyList<int> from, IReadOnlyList<int> to);

    /// <summary>Chooses a token per row of <c>logits[rows][vocabulary]</c>. Reads back.</summary>
    void Sample(DeviceBuffer logits, int vocabulary, IReadOnlyList<SamplingRow> rows, Span<SampledToken> results);

    /// <summary>Natural log-probability of <c>targets[r]</c> under the softmax of each row. Reads back.</summary>
    void TargetLogProbs(DeviceBuffer logits, int rows, int vocabulary, ReadOnlySpan<int> targets, Span<float> results);

    /// <summary>Entropy in nats of the softmax of each row; NaN for a row that is not finite. Reads back.</summary>
    void Entropies(DeviceBuffer logits, int rows, int vocabulary, Span<float> results);
}
