using Agentic.Inference.Backends.Cpu.Attention;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.Backends.Cpu.Panels;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>
/// The CPU backend: vector instructions chosen at run time (AVX-512, AVX-VNNI, AVX2, or none), own threads, weights repacked once into panels.
/// The result of a row has the same bits whatever shares its batch and whatever the number of threads.
/// </summary>
/// <remarks>Operations run at once, on the caller's thread and the backend's own; used from one thread at a time. Holds one copy of the weights, which other backends of its kind may read too.</remarks>
public sealed unsafe partial class SimdBackend : IComputeBackend
{
    private readonly ActivationMode _activations;
    private readonly MemoryCount _memory = new();
    private readonly ComputePool _pool;
    private readonly MatMulRunner _matMul;
    private readonly GroupedMatMulRunner _groupedMatMul;
    private readonly AttentionRunner _attention;
    private readonly List<RopeAngles> _angles = [];
    private readonly Scratch _row;
    private bool _disposed;

    /// <summary>Creates the backend and starts its threads.</summary>
    /// <param name="threads">Threads that compute, the caller's included; null = the processors that this process may use.</param>
    /// <param name="activations">Whether activations are rounded to 8-bit blocks before they meet quantised weights.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    public SimdBackend(int? threads = null, ActivationMode activations = ActivationMode.Int8)
    {
        if (threads is { } wanted) ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1, nameof(threads));
        _activations = activations;
        _pool = new ComputePool(threads ?? ComputePool.DefaultThreads);
        _matMul = new MatMulRunner(_pool, activations, _memory);
        _groupedMatMul = new GroupedMatMulRunner(_pool, activations, _memory);
        _attention = new AttentionRunner(_pool, _memory);
        _row = new Scratch(_memory);
    }

    /// <inheritdoc/>
    public string Name =>
        $"cpu ({KernelTable.InstructionSet}, {_pool.Threads} thread{(_pool.Threads == 1 ? "" : "s")}, {(_activations == ActivationMode.Int8 ? "8-bit" : "float")} activations)";

    /// <inheritdoc/>
    public ActivationMode ActivationMode => _activations;

    /// <inheritdoc/>
    public bool SharesWeights => true;

    /// <inheritdoc/>
    public long ResidentBytes => _memory.Bytes;

    /// <inheritdoc/>
    public BackendCounters Counters { get; } = new();

    /// <inheritdoc/>
    public bool Supports(GgmlType type) => PanelLayout.KindOf(type) is not null;

    /// <inheritdoc/>
    public DeviceBuffer Allocate(ElementType type, long length) => new CpuBuffer(type, length, _memory);

    /// <inheritdoc/>
    public DeviceMatrix Upload(params ReadOnlySpan<MatrixSource> parts) => CpuMatrix.Create(parts, _pool, _memory);

    /// <inheritdoc/>
    public DeviceKvPool CreateKvPool(KvPageFormat format, int pages) => new CpuKvPool(format, pages, _memory);

    /// <inheritdoc/>
    public void Write(DeviceBuffer target, long offset, ReadOnlySpan<float> values) =>
        values.CopyTo(new Span<float>(Floats(target) + offset, checked((int)Math.Min(target.Length - offset, int.MaxValue))));

    /// <inheritdoc/>
    public void Write(DeviceBuffer target, long offset, ReadOnlySpan<int> values) =>
        values.CopyTo(new Span<int>(Ints(target) + offset, checked((int)Math.Min(target.Length - offset, int.MaxValue))));

    /// <inheritdoc/>
    public void Read(DeviceBuffer source, long offset, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + values.Length, source.Length, nameof(offset));
        new ReadOnlySpan<float>(Floats(source) + offset, values.Length).CopyTo(values);
    }

    /// <inheritdoc/>
    public void MatMul(DeviceMatrix matrix, DeviceBuffer x, int rows, DeviceBuffer output, DeviceBuffer? bias = null, bool accumulate = false)
    {
        Counters.MatMuls++;
        if (rows == 1) Counters.VectorRows++;
        else Counters.BatchedRows += rows;
        Counters.BytesRead += matrix.Bytes;
        Counters.MultiplyAdds += (long)rows * matrix.Rows * matrix.Columns;
        _matMul.Run((CpuMatrix)matrix, Floats(x), rows, Floats(output), bias is null ? null : Floats(bias), accumulate);
    }

    /// <inheritdoc/>
    public void Attend(AttentionCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        for (int i = 0; i < call.Sequences.Count; i++) Counters.BytesRead += (long)call.Sequences[i].KeyCount * call.Pool.Format.LayerBytes / KvPageFormat.PageTokens;
        _attention.Run(call);
    }

    /// <inheritdoc/>
    public void AppendKv(DeviceKvPool pool, int layer, IReadOnlyList<SequenceRows> sequences, DeviceBuffer source, int stride, int keyOffset, int valueOffset, int keyPlane = 0)
    {
        var target = (CpuKvPool)pool;
        for (int s = 0; s < sequences.Count; s++)
        {
            SequenceRows rows = sequences[s];
            for (int r = 0; r < rows.Rows; r++)
            {
                int position = rows.FirstPosition + r;
                int page = rows.Pages[position / KvPageFormat.PageTokens];
                float* row = Floats(source) + (long)(rows.FirstRow + r) * stride;
                KvWriter.Row(target, layer, page, position % KvPageFormat.PageTokens, row, keyOffset, valueOffset, keyPlane);
            }
        }
    }

    /// <inheritdoc/>
    public void CopyPages(DeviceKvPool pool, IReadOnlyList<int> from, IReadOnlyList<int> to)
    {
        var kv = (CpuKvPool)pool;
        for (int i = 0; i < from.Count; i++)
        {
            for (int layer = 0; layer < kv.Format.Layers; layer++)
                Buffer.MemoryCopy(kv.Keys(layer, from[i], 0, 0), kv.Keys(layer, to[i], 0, 0), kv.PageLayerBytes, kv.PageLayerBytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _pool.Dispose();
        _matMul.Dispose();
        _groupedMatMul.Dispose();
        _attention.Dispose();
        _row.Dispose();
        foreach (RopeAngles angles in _angles) angles.Dispose();
    }

    private static float* Floats(DeviceBuffer buffer) => ((CpuBuffer)buffer).Floats;

    private static int* Ints(DeviceBuffer buffer) => ((CpuBuffer)buffer).Ints;
}
