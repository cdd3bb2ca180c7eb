using System.Runtime.CompilerServices;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>
/// Sums the attention that rows of one sequence pay to keys, once the log-sum-exp of the rows is known: scores of a page at a time, never a
/// matrix. A group of heads stays on one thread and takes its rows in order, so that sums have the same bits whatever the threads.
/// </summary>
internal static unsafe class KeyMassKernel
{
    private const int PageTokens = KvPageFormat.PageTokens;

    /// <summary>Head groups [begin, end).</summary>
    [SkipLocalsInit]
    public static void Run(void* context, int begin, int end, int worker)
    {
        var plan = (AttentionPlan*)context;
        PlanSequence* rows = plan->Sequences + plan->KeyMassSequence;
        for (int group = begin; group < end; group++)
        {
            for (int number = 0; number < rows->BlocksPerHead; number++)
            {
                var block = new UnitBlock(plan, rows->FirstUnit + number * plan->UnitHeads + group, worker);
                Block(ref block, rows);
            }
        }
    }

    private static void Block(ref UnitBlock block, PlanSequence* rows)
    {
        AttentionPlan* plan = block.Plan;
        int firstM = 0;
        while (firstM < block.Count && block.BatchRow(firstM) < plan->KeyMassFirstRow) firstM++;
        if (firstM == block.Count) return;
        for (int s = 0; s < plan->SegmentCount; s++)
        {
            PlanSegment* segment = plan->Segments + s;
            block.LoadQueries(segment);
            int pages = plan->PageList(segment, block.Sequence, block.FirstHead, out int* list);
            for (int slot = 0; slot < pages; slot++)
            {
                int page = list == null ? slot : list[slot];
                block.Page(rows->Pages[page], segment->KeyPlane, 0, 0, out PagePart keys, out _);
                for (int m = firstM; m < block.Count; m++) Add(ref block, segment, m, page, keys);
            }
        }
    }

    private static void Add(ref UnitBlock block, PlanSegment* segment, int m, int page, PagePart keys)
    {
        if (!AttentionKernel.PageScores(ref block, segment, m, page, keys, out int first, out int last, out float shift)) return;
        AttentionPlan* plan = block.Plan;
        float* scores = block.Scores;
        float* target = plan->KeyMass + block.Head(m) * (long)plan->KeyMassStride;
        for (int i = first; i < last; i++) target[(page * PageTokens + i) / plan->KeyMassTokens] += VectorExp.Exp(scores[i] + shift);
    }
}
