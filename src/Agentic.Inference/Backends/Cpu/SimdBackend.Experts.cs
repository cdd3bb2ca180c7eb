using Agentic.Inference.Backends.Cpu.Kernels;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>Mixtures of experts, and other products with stacked matrices.</summary>
public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    public void GroupedMatMul(DeviceMatrix matrix, int groups, DeviceBuffer? choices, int rows, int perRow, RowBlocks x, RowBlocks output, DeviceBuffer? bias = null)
    {
        Counters.MatMuls++;
        if (rows == 1) Counters.VectorRows += perRow;
        else Counters.BatchedRows += (long)rows * perRow;
        Counters.MultiplyAdds += (long)rows * perRow * (matrix.Rows / groups) * matrix.Columns;
        int met = _groupedMatMul.Run((CpuMatrix)matrix, groups, choices is null ? null : Ints(choices), rows, perRow, x, output, bias is null ? null : Floats(bias));
        Counters.BytesRead += matrix.Bytes / groups * met;
    }

    /// <inheritdoc/>
    public void RouteExperts(DeviceBuffer router, int rows, ExpertRouting routing, DeviceBuffer? selectionBias, DeviceBuffer chosen, DeviceBuffer weights)
    {
        ArgumentNullException.ThrowIfNull(routing);
        int experts = routing.Experts, used = routing.Used;
        ReadOnlySpan<float> bias = selectionBias is null ? [] : new ReadOnlySpan<float>(Floats(selectionBias), experts);
        for (int r = 0; r < rows; r++)
        {
            ExpertRouter.Route(
                new ReadOnlySpan<float>(Floats(router) + (long)r * experts, experts),
                bias,
                routing,
                new Span<int>(Ints(chosen) + (long)r * used, used),
                new Span<float>(Floats(weights) + (long)r * used, used));
        }
    }

    /// <inheritdoc/>
    public void WeightedSum(DeviceBuffer x, DeviceBuffer weights, int rows, int perRow, int width, DeviceBuffer output, bool accumulate)
    {
        var job = new RowJob { X = Floats(x), Y = Floats(weights), Output = Floats(output), Width = width, Heads = perRow, Accumulate = accumulate };
        ForRows(rows, (long)perRow * width, &WeightedRows, &job);
    }

    /// <inheritdoc/>
    public void CopyBlocks(RowBlocks source, RowBlocks target, int rows, int perRow, int width)
    {
        for (int r = 0; r < rows; r++)
        {
            float* from = Floats(source.Buffer) + (long)r * source.Stride + source.Offset, to = Floats(target.Buffer) + (long)r * target.Stride + target.Offset;
            for (int j = 0; j < perRow; j++, from += source.BlockStride, to += target.BlockStride)
                new ReadOnlySpan<float>(from, width).CopyTo(new Span<float>(to, width));
        }
    }

    private static void WeightedRows(void* context, int begin, int end, int worker)
    {
        var job = (RowJob*)context;
        for (int r = begin; r < end; r++)
            RowKernels.WeightedSum(job->X + (long)r * job->Heads * job->Width, job->Y + (long)r * job->Heads, job->Heads, job->Width, job->Output + (long)r * job->Width, job->Accumulate);
    }
}
