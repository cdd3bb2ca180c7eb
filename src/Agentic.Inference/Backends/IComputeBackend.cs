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

    /// <summary>output[r] = row <c>tokens[r]</c> of the table, times <paramref name="scale"/>.</summary>
    void Embed(DeviceMatrix table, DeviceBuffer tokens, int rows, DeviceBuffer output, float scale = 1);

    /// <summary>output[r] = weight ∘ x[r] / √(mean(x[r]²) + epsilon).</summary>
    void RmsNorm(DeviceBuffer x, DeviceBuffer weight, float epsilon, int rows, int width, DeviceBuffer output);

    /// <summary>output[r] = matrix · x[r] (+ bias), or += when <paramref name="accumulate"/>; x has <c>matrix.Columns</c> a row, output <c>matrix.Rows</c>.</summary>
    void MatMul(DeviceMatrix matrix, DeviceBuffer x, int rows, DeviceBuffer output, DeviceBuffer? bias = null, bool accumulate = false);

    /// <summary>Rotates heads in place: row r, head h at <c>r · stride + offset + h · headDim</c>, by the angles of <paramref name="table"/> at <c>positions[r]</c>.</summary>
    void Rope(DeviceBuffer x, int rows, int stride, int offset, int heads, int headDim, DeviceBuffer positions, RopeTable table);

    /// <summary>Appends keys and values of a batch to their pages: row r, head h of the keys at <c>r · stride + keyOffset + h · KeyDim</c>, values likewise.</summary>
    void AppendKv(DeviceKvPool pool, int layer, IReadOnlyList<SequenceRows> sequences, DeviceBuffer source, int stride, int keyOffset, int valueOffset, int keyPlane = 0);

    /// <summary>Attention over pages.</summary>
    void Attend(AttentionCall call);

    /// <summary>output[r][i] = silu(x[r][i]) · x[r][width + i]: gate and up lie side by side in a row of 2·width.</summary>
    void SwiGlu(DeviceBuffer gateUp, int rows, int width, DeviceBuffer output);

    /// <summary>x += y, <paramref name="length"/> elements.</summary>
    void Add(DeviceBuffer x, DeviceBuffer y, long length);

    /// <summary>output[i] = x[rowIndices[i]], rows of <paramref name="width"/>.</summary>
    void GatherRows(DeviceBuffer x, DeviceBuffer rowIndices, int count, int width, DeviceBuffer output);

    /// <summary>Copies whole pages inside a pool (copy on write): all layers, from[i] to to[i].</summary>
    void CopyPages(DeviceKvPool pool, IReadOnlyList<int> from, IReadOnlyList<int> to);

    /// <summary>Chooses a token per row of <c>logits[rows][vocabulary]</c>. Reads back.</summary>
    void Sample(DeviceBuffer logits, int vocabulary, IReadOnlyList<SamplingRow> rows, Span<SampledToken> results);

    /// <summary>Natural log-probability of <c>targets[r]</c> under the softmax of each row. Reads back.</summary>
    void TargetLogProbs(DeviceBuffer logits, int rows, int vocabulary, ReadOnlySpan<int> targets, Span<float> results);
}

/// <summary>Counts since a backend was created.</summary>
public sealed class BackendCounters
{
    /// <summary>Calls of <see cref="IComputeBackend.MatMul"/>.</summary>
    public long MatMuls { get; set; }

    /// <summary>Rows that went through batched matrix-matrix kernels.</summary>
    public long BatchedRows { get; set; }

    /// <summary>Rows that went through matrix-vector kernels, one row (or a few) at a time.</summary>
    public long VectorRows { get; set; }
}

/// <summary>How pairs of a head are formed for rotation.</summary>
public enum RopePairing
{
    /// <summary>Neighbours (2i, 2i+1): the llama architecture in GGUF.</summary>
    Adjacent,

    /// <summary>Halves (i, i + n/2): NEOX, qwen2 and most others.</summary>
    Half,
}

/// <summary>Angles of rotary position embedding (RoFormer, with its scaling variants folded into the frequencies).</summary>
/// <param name="InverseFrequencies">Radians a position for each pair; length = rotated dimensions / 2. Angles are formed in double.</param>
/// <param name="Pairing">How pairs are formed.</param>
/// <param name="Magnitude">Factor on cos and sin (YaRN's attention factor). Default 1.</param>
public sealed record RopeTable(double[] InverseFrequencies, RopePairing Pairing, float Magnitude = 1)
{
    /// <summary>Number of leading dimensions of a head that rotate; the rest pass through.</summary>
    public int RotatedDims => InverseFrequencies.Length * 2;
}
