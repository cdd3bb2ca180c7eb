using Agentic.Inference.Attention;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>Turns an <see cref="AttentionCall"/> into a plan in native memory and runs it on the pool.</summary>
internal sealed unsafe class AttentionRunner(ComputePool pool, MemoryCount count) : IDisposable
{
    private const int PageTokens = KvPageFormat.PageTokens;
    private readonly Scratch _tables = new(count), _workers = new(count), _partials = new(count), _lse = new(count);

    public void Run(AttentionCall call)
    {
        var kv = (CpuKvPool)call.Pool;
        AttentionPlan plan = Describe(call, kv);
        byte* memory = _tables.Get(TableBytes(call));
        FillSequences(call, ref plan, ref memory);
        FillSegments(call, ref plan, ref memory);
        plan.WorkerBytes = AttentionKernel.WorkerBytes(plan.KeyDim, plan.ValueWidth);
        plan.WorkerScratch = _workers.Get(pool.Threads * plan.WorkerBytes);
        if (plan.Units == 0) return;
        if ((plan.PageMass != null || call.KeyMasses.Count > 0) && plan.LogSumExp == null)
        {
            int rows = call.Sequences.Max(s => s.FirstRow + s.Rows);
            plan.LogSumExp = (float*)_lse.Get((long)rows * call.QueryHeads * sizeof(float));
        }

        int whole = plan.Units, splits = whole < 4 * pool.Threads && pool.Threads > 1 ? MostSplits(&plan) : 0;
        if (splits > 1)
        {
            plan.Splits = splits;
            plan.Units = whole * splits;
            plan.PartialBytes = (2 + plan.ValueWidth) * (long)sizeof(float) * AttentionKernel.BlockRows;
            plan.Partials = _partials.Get(plan.Units * plan.PartialBytes);
            pool.For(plan.Units, 1, &AttentionKernel.Run, &plan);
            AttentionKernel.Merge(&plan, 0, whole, 0);
        }
        else
        {
            pool.For(whole, 1, &AttentionKernel.Run, &plan);
        }

        plan.Splits = 0;
        plan.Units = whole;
        if (plan.PageMass != null) pool.For(whole, 1, &AttentionKernel.Mass, &plan);
        for (int i = 0; i < call.KeyMasses.Count; i++)
        {
            KeyMassSum sum = call.KeyMasses[i];
            plan.KeyMass = Floats(sum.Buffer);
            plan.KeyMassStride = sum.Stride;
            plan.KeyMassTokens = sum.TokensPerSlot;
            plan.KeyMassSequence = sum.Sequence;
            plan.KeyMassFirstRow = sum.FirstRow;
            pool.For(plan.UnitHeads, 1, &KeyMassKernel.Run, &plan);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tables.Dispose();
        _workers.Dispose();
        _partials.Dispose();
        _lse.Dispose();
    }

    private static AttentionPlan Describe(AttentionCall call, CpuKvPool kv)
    {
        int perKv = call.QueryHeads / kv.Format.KvHeads;
        bool apart = false;
        for (int s = 0; s < call.Segments.Count; s++)
            apart |= call.Segments[s].SelectedPages is not null && call.Segments[s].PagesPerHead > kv.Format.KvHeads;
        return new AttentionPlan
        {
            SequenceCount = call.Sequences.Count,
            SegmentCount = call.Segments.Count,
            QueryHeads = call.QueryHeads,
            HeadsPerKv = perKv,
            GroupHeads = apart ? 1 : perKv,
            UnitHeads = apart ? call.QueryHeads : kv.Format.KvHeads,
            KeyDim = kv.Format.KeyDim,
            ValueDim = kv.Format.ValueDim,
            ValueWidth = kv.ValueWidth,
            QueryStride = call.QueryStride,
            QueryOffset = call.QueryOffset,
            Scale = call.Scale,
            SoftCap = call.SoftCap,
            RowScale = Floats(call.RowScale),
            Sinks = Floats(call.Sinks),
            Output = Floats(call.Output),
            LogSumExp = Floats(call.LogSumExp),
            PageMass = Floats(call.PageMass),
            MassStride = call.MassStride,
            Keys = kv.Keys(call.Layer, 0, 0, 0),
            Type = kv.Format.Type,
            PageLayerBytes = kv.PageLayerBytes,
            HeadBytes = kv.HeadBytes,
            KeyBytes = kv.KeyBytes,
            KeyPlanes = kv.Format.KeyPlanes,
        };
    }

    private static float* Floats(DeviceBuffer? buffer) => buffer is null ? null : ((CpuBuffer)buffer).Floats;

    private static long TableBytes(AttentionCall call)
    {
        long bytes = 256 + (long)call.Sequences.Count * (sizeof(PlanSequence) + 64);
        for (int i = 0; i < call.Sequences.Count; i++) bytes += call.Sequences[i].Pages.Length * sizeof(int);
        for (int i = 0; i < call.Segments.Count; i++)
        {
            AttentionSegment segment = call.Segments[i];
            bytes += sizeof(PlanSegment) + 64 + (segment.KeyRange?.Count ?? 0) * 2L * sizeof(int);
            if (segment.SelectedPages is not { } lists) continue;
            bytes += 64;
            for (int l = 0; l < lists.Count; l++) bytes += (lists[l].Length + 2L) * sizeof(int);
        }

        return bytes;
    }

    private static void FillSequences(AttentionCall call, ref AttentionPlan plan, ref byte* memory)
    {
        plan.Sequences = (PlanSequence*)memory;
        memory += call.Sequences.Count * sizeof(PlanSequence);
        for (int i = 0; i < call.Sequences.Count; i++)
        {
            SequenceRows rows = call.Sequences[i];
            int blocks = (rows.Rows * plan.GroupHeads + AttentionKernel.BlockRows - 1) / AttentionKernel.BlockRows;
            plan.Sequences[i] = new PlanSequence
            {
                FirstRow = rows.FirstRow,
                Rows = rows.Rows,
                FirstPosition = rows.FirstPosition,
                Pages = Copy(rows.Pages.AsSpan(0, Math.Min(rows.Pages.Length, (rows.KeyCount + PageTokens - 1) / PageTokens)), ref memory),
                FirstUnit = plan.Units,
                BlocksPerHead = blocks,
            };
            plan.Units += blocks * plan.UnitHeads;
        }

        memory = (byte*)(((nint)memory + 63) & ~63);
    }

    private static void FillSegments(AttentionCall call, ref AttentionPlan plan, ref byte* memory)
    {
        plan.Segments = (PlanSegment*)memory;
        memory += call.Segments.Count * sizeof(PlanSegment);
        for (int i = 0; i < call.Segments.Count; i++)
        {
            AttentionSegment segment = call.Segments[i];
            PlanSegment* target = plan.Segments + i;
            *target = new PlanSegment
            {
                Mask = segment.Mask,
                Window = segment.Window,
                KeyPlane = segment.KeyPlane,
                Queries = Floats(call.Queries[segment.QueryPlane]),
                LogitScale = segment.LogitScale,
                LseShift = segment.LseShift,
                PagesPerHead = segment.PagesPerHead,
            };
            if (segment.KeyRange is { } ranges)
            {
                target->Ranges = (int*)memory;
                for (int r = 0; r < ranges.Count; r++) (target->Ranges[2 * r], target->Ranges[2 * r + 1]) = ranges[r];
                memory += ranges.Count * 2 * sizeof(int);
            }

            if (segment.SelectedPages is not { } lists) continue;
            target->Lists = (int*)memory;
            memory += lists.Count * 2 * sizeof(int);
            target->SelectedPages = (int*)memory;
            int offset = 0;
            for (int l = 0; l < lists.Count; l++)
            {
                target->Lists[2 * l] = offset;
                target->Lists[2 * l + 1] = lists[l].Length;
                Copy(lists[l], ref memory);
                offset += lists[l].Length;
            }
        }
    }

    private static int* Copy(ReadOnlySpan<int> values, ref byte* memory)
    {
        var target = (int*)memory;
        values.CopyTo(new Span<int>(target, values.Length));
        memory += values.Length * sizeof(int);
        return target;
    }

    private static int MostSplits(AttentionPlan* plan)
    {
        int most = 0;
        for (int s = 0; s < plan->SequenceCount; s++)
        {
            for (int head = 0; head < plan->QueryHeads; head += plan->GroupHeads)
            {
                int splits = 0;
                for (int i = 0; i < plan->SegmentCount; i++) splits += AttentionKernel.SplitsOf(plan, i, s, head);
                most = Math.Max(most, splits);
            }
        }

        return most;
    }
}
