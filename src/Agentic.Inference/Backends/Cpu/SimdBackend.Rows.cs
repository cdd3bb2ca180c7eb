using System.Runtime.InteropServices;
using Agentic.Inference.Backends.Cpu.Kernels;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>Operations on rows of activations and logits; on several threads when there is enough to do.</summary>
public sealed unsafe partial class SimdBackend
{
    /// <summary>Elements below which one thread is faster.</summary>
    private const long SmallRows = 16_384;

    /// <summary>Elements that a thread takes at a time where rows do not matter.</summary>
    private const int RunLength = 4096;

    /// <inheritdoc/>
    public void Embed(DeviceMatrix table, DeviceBuffer tokens, int rows, DeviceBuffer output, float scale = 1, bool accumulate = false)
    {
        var matrix = (CpuMatrix)table;
        for (int r = 0; r < rows; r++)
        {
            int token = Ints(tokens)[r];
            if ((uint)token >= (uint)matrix.Rows) throw new ArgumentOutOfRangeException(nameof(tokens), token, "No such row in the table.");
            float* target = Floats(output) + (long)r * matrix.Columns;
            if (!accumulate)
            {
                matrix.ReadRow(token, target, scale);
                continue;
            }

            var row = (float*)_row.Get(matrix.Columns * (long)sizeof(float));
            matrix.ReadRow(token, row, scale);
            RowKernels.Add(target, row, matrix.Columns, 1);
        }
    }

    /// <inheritdoc/>
    public void RmsNorm(DeviceBuffer x, DeviceBuffer weight, float epsilon, int rows, int width, DeviceBuffer output)
    {
        var job = new RowJob { X = Floats(x), Y = Floats(weight), Output = Floats(output), Width = width, Number = epsilon };
        ForRows(rows, width, &NormRows, &job);
    }

    /// <inheritdoc/>
    public void RmsNormHeads(DeviceBuffer x, int rows, int stride, int offset, int heads, int headDim, DeviceBuffer weight, float epsilon)
    {
        var job = new RowJob { X = Floats(x) + offset, Y = Floats(weight), Stride = stride, Heads = heads, Width = headDim, Number = epsilon };
        ForRows(rows, heads * headDim, &NormHeads, &job);
    }

    /// <inheritdoc/>
    public void LayerNorm(DeviceBuffer x, DeviceBuffer weight, DeviceBuffer? bias, float epsilon, int rows, int width, DeviceBuffer output)
    {
        var job = new RowJob { X = Floats(x), Y = Floats(weight), Bias = bias is null ? null : Floats(bias), Output = Floats(output), Width = width, Number = epsilon };
        ForRows(rows, width, &LayerNormRows, &job);
    }

    /// <inheritdoc/>
    public void Rope(DeviceBuffer x, int rows, int stride, int offset, int heads, int headDim, DeviceBuffer positions, RopeTable table)
    {
        RopeAngles angles = Angles(table);
        float** at = stackalloc float*[64];
        for (int first = 0; first < rows; first += 64)
        {
            int count = Math.Min(64, rows - first);
            for (int i = 0; i < count; i++) at[i] = angles.At(Ints(positions)[first + i]);
            var job = new RowJob
            {
                X = Floats(x) + (long)first * stride + offset,
                Angles = at,
                Stride = stride,
                Heads = heads,
                Width = headDim,
                Pairs = table.InverseFrequencies.Length,
                Entries = angles.Entries,
                Adjacent = table.Pairing == RopePairing.Adjacent,
            };
            ForRows(count, heads * headDim, &RopeRows, &job);
        }
    }

    /// <inheritdoc/>
    public void Glu(Activation activation, DeviceBuffer gateUp, int rows, int width, DeviceBuffer output)
    {
        var job = new RowJob { X = Floats(gateUp), Output = Floats(output), Width = width, Gate = ActivationTable.Gate(activation) };
        ForRows(rows, 8 * width, &GluRows, &job);
    }

    /// <inheritdoc/>
    public void Activate(Activation activation, DeviceBuffer x, long length)
    {
        var job = new RowJob { X = Floats(x), Length = length, Map = ActivationTable.Map(activation) };
        ForRuns(length, &MapRuns, &job);
    }

    /// <inheritdoc/>
    public void Add(DeviceBuffer x, DeviceBuffer y, long length, float scale = 1) => RowKernels.Add(Floats(x), Floats(y), length, scale);

    /// <inheritdoc/>
    public void Scale(DeviceBuffer x, long length, float scale, float softCap = 0)
    {
        var job = new RowJob { X = Floats(x), Length = length, Number = scale, Cap = softCap };
        ForRuns(length, &ScaleRuns, &job);
    }

    /// <inheritdoc/>
    public void GatherRows(DeviceBuffer x, DeviceBuffer rowIndices, int count, int width, DeviceBuffer output)
    {
        for (int i = 0; i < count; i++)
            Buffer.MemoryCopy(Floats(x) + (long)Ints(rowIndices)[i] * width, Floats(output) + (long)i * width, width * 4L, width * 4L);
    }

    /// <inheritdoc/>
    public void TargetLogProbs(DeviceBuffer logits, int rows, int vocabulary, ReadOnlySpan<int> targets, Span<float> results)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(targets.Length, rows, nameof(targets));
        ArgumentOutOfRangeException.ThrowIfLessThan(results.Length, rows, nameof(results));
        foreach (int target in targets) ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)target, (uint)vocabulary, nameof(targets));
        if (rows == 0) return;
        fixed (int* wanted = targets)
        fixed (float* result = results)
        {
            var job = new RowJob { X = Floats(logits), Width = vocabulary, Targets = wanted, Output = result };
            ForRows(rows, vocabulary, &LogProbRows, &job);
        }
    }

    /// <inheritdoc/>
    public void Entropies(DeviceBuffer logits, int rows, int vocabulary, Span<float> results)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(results.Length, rows, nameof(results));
        if (rows == 0) return;
        fixed (float* result = results)
        {
            var job = new RowJob { X = Floats(logits), Width = vocabulary, Output = result };
            ForRows(rows, vocabulary, &EntropyRows, &job);
        }
    }

    private RopeAngles Angles(RopeTable table)
    {
        foreach (RopeAngles angles in CollectionsMarshal.AsSpan(_angles))
        {
            if (ReferenceEquals(angles.Table, table) || angles.Table == table) return angles;
        }

        var added = new RopeAngles(table, _memory);
        _angles.Add(added);
        return added;
    }

    private void ForRows(int rows, long work, delegate*<void*, int, int, int, void> body, RowJob* job) =>
        _pool.For(rows, rows * work < SmallRows ? Math.Max(rows, 1) : Math.Max(1, rows / (4 * _pool.Threads)), body, job);

    private void ForRuns(long length, delegate*<void*, int, int, int, void> body, RowJob* job) =>
        _pool.For(checked((int)((length + RunLength - 1) / RunLength)), 8 * length < SmallRows ? int.MaxValue : 1, body, job);

    private static void NormRows(void* context, int begin, int end, int worker)
    {
        var job = (RowJob*)context;
        for (int r = begin; r < end; r++)
            RowKernels.RmsNorm(job->X + (long)r * job->Width, job->Y, job->Number, job->Width, job->Output + (long)r * job->Width);
    }

    private static void NormHeads(void* context, int begin, int end, int worker)
    {
        var job = (RowJob*)context;
        for (int r = begin; r < end; r++)
        {
            float* head = job->X + (long)r * job->Stride;
            for (int h = 0; h < job->Heads; h++, head += job->Width) RowKernels.RmsNorm(head, job->Y, job->Number, job->Width, head);
        }
    }

    private static void LayerNormRows(void* context, int begin, int end, int worker)
    {
        var job = (RowJob*)context;
        for (int r = begin; r < end; r++)
            RowKernels.LayerNorm(job->X + (long)r * job->Width, job->Y, job->Bias, job->Number, job->Width, job->Output + (long)r * job->Width);
    }

    private static void RopeRows(void* context, int begin, int end, int worker)
    {
        var job = (RowJob*)context;
        for (int r = begin; r < end; r++)
        {
            float* angles = job->Angles[r], row = job->X + (long)r * job->Stride;
            for (int h = 0; h < job->Heads; h++) RowKernels.Rope(row + h * job->Width, angles, angles + job->Entries, job->Pairs, job->Adjacent);
        }
    }

    private static void GluRows(void* context, int begin, int end, int worker)
    {
        var job = (RowJob*)context;
        for (int r = begin; r < end; r++)
        {
            float* row = job->X + 2L * r * job->Width;
            job->Gate(row, row + job->Width, job->Width, job->Output + (long)r * job->Width);
        }
    }

    private static void MapRuns(void* context, int begin, int end, int worker)
    {
        var job = (RowJob*)context;
        for (int r = begin; r < end; r++) job->Map(job->X + (long)r * RunLength, (int)Math.Min(RunLength, job->Length - (long)r * RunLength));
    }

    private static void ScaleRuns(void* context, int begin, int end, int worker)
    {
        var job = (RowJob*)context;
        for (int r = begin; r < end; r++)
        {
            float* x = job->X + (long)r * RunLength;
            int length = (int)Math.Min(RunLength, job->Length - (long)r * RunLength);
            RowKernels.Scale(x, length, job->Number);
            if (job->Cap > 0) SoftCap.Run(x, length, job->Cap);
        }
    }

    private static void LogProbRows(void* context, int begin, int end, int worker)
    {
        var job = (RowJob*)context;
        for (int r = begin; r < end; r++)
            job->Output[r] = RowSampler.LogProb(new ReadOnlySpan<float>(job->X + (long)r * job->Width, job->Width), job->Targets[r]);
    }

    private static void EntropyRows(void* context, int begin, int end, int worker)
    {
        var job = (RowJob*)context;
        for (int r = begin; r < end; r++)
            job->Output[r] = (float)SoftmaxRow.Entropy(new ReadOnlySpan<float>(job->X + (long)r * job->Width, job->Width));
    }

    private struct RowJob
    {
        public float* X;
        public float* Y;
        public float* Bias;
        public float* Output;
        public float** Angles;
        public int* Targets;
        public int Width;
        public int Stride;
        public int Heads;
        public int Pairs;
        public int Entries;
        public long Length;
        public float Number;
        public float Cap;
        public delegate*<float*, float*, int, float*, void> Gate;
        public delegate*<float*, int, void> Map;
        public bool Adjacent;
        public bool Accumulate;
    }
}
