using System.Runtime.CompilerServices;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>
/// Attention over pages. A unit is a block of query rows (each row with the query heads that share a KV head) of one sequence; it walks the pages in
/// splits of four: scores of up to 256 keys, one softmax, weighted values, merged into the running state. Splits lie at fixed places of the page
/// list, so a row's result has the same bits in a prefill chunk, a batch, or alone with its splits on several threads.
/// </summary>
internal static unsafe class AttentionKernel
{
    /// <summary>Pages of a split.</summary>
    public const int SplitPages = 4;

    /// <summary>Row-heads of a unit: 8 tiles, which share the conversion of half-precision pages and keep them in the second cache.</summary>
    public const int BlockRows = 48;

    /// <summary>Row-heads that go through a product at once.</summary>
    public const int TileRows = 6;

    private const int PageTokens = KvPageFormat.PageTokens;
    private const int SplitTokens = SplitPages * PageTokens;

    /// <summary>Scratch that a thread needs.</summary>
    public static long WorkerBytes(int keyDim, int valueWidth) =>
        sizeof(float) * ((long)BlockRows * (keyDim + valueWidth + 2)
        + TileRows * (SplitTokens + valueWidth)
        + SplitTokens * (long)(keyDim + valueWidth)) + 4096;

    /// <summary>Units [begin, end): whole, or one split each when the plan has splits.</summary>
    public static void Run(void* context, int begin, int end, int worker)
    {
        var plan = (AttentionPlan*)context;
        for (int item = begin; item < end; item++)
        {
            // Later blocks see more keys: longest first.
            int index = plan->Units - 1 - item;
            int unit = plan->Splits == 0 ? index : index / plan->Splits;
            var block = new UnitBlock(plan, unit, worker);
            if (plan->Splits == 0)
            {
                block.Reset();
                AllSplits(ref block);
                block.Finish();
            }
            else
            {
                OneSplit(ref block, index % plan->Splits, plan->Partials + index * plan->PartialBytes);
            }
        }
    }

    /// <summary>Merges the splits of whole units in order and writes their results.</summary>
    public static void Merge(void* context, int begin, int end, int worker)
    {
        var plan = (AttentionPlan*)context;
        for (int unit = begin; unit < end; unit++)
        {
            var block = new UnitBlock(plan, unit, worker);
            block.Reset();
            for (int split = 0; split < plan->Splits; split++)
            {
                var partial = (float*)(plan->Partials + ((long)unit * plan->Splits + split) * plan->PartialBytes);
                for (int m = 0; m < block.Count; m++, partial += 2 + plan->ValueWidth)
                    SoftmaxBlock.Merge(block.State + 2 * m, block.Values + m * plan->ValueWidth, partial[0], partial[1], partial + 2, plan->ValueWidth);
            }

            block.Finish();
        }
    }

    /// <summary>Splits of a segment for the first head of a unit.</summary>
    public static int SplitsOf(AttentionPlan* plan, int segment, int sequence, int queryHead) =>
        (plan->PageList(plan->Segments + segment, sequence, queryHead, out _) + SplitPages - 1) / SplitPages;

    private static void AllSplits(ref UnitBlock block)
    {
        AttentionPlan* plan = block.Plan;
        for (int s = 0; s < plan->SegmentCount; s++)
        {
            PlanSegment* segment = plan->Segments + s;
            block.LoadQueries(segment);
            int pages = plan->PageList(segment, block.Sequence, block.FirstHead, out int* list);
            for (int first = 0; first < pages; first += SplitPages)
                Split(ref block, segment, list, first, Math.Min(pages - first, SplitPages), first + SplitPages < pages ? first + SplitPages : -1, null);
        }
    }

    private static void OneSplit(ref UnitBlock block, int split, byte* target)
    {
        AttentionPlan* plan = block.Plan;
        var partial = (float*)target;
        for (int m = 0; m < block.Count; m++) partial[m * (2 + plan->ValueWidth)] = float.NegativeInfinity;
        for (int s = 0; s < plan->SegmentCount; s++)
        {
            PlanSegment* segment = plan->Segments + s;
            int pages = plan->PageList(segment, block.Sequence, block.FirstHead, out int* list);
            int splits = (pages + SplitPages - 1) / SplitPages;
            if (split < splits)
            {
                block.LoadQueries(segment);
                Split(ref block, segment, list, split * SplitPages, Math.Min(pages - split * SplitPages, SplitPages), (split - 1) * SplitPages, partial);
                return;
            }

            split -= splits;
        }
    }

    /// <summary>One split for all tiles of a block; merged into the block's state, or written as it is when <paramref name="partial"/> is given. <paramref name="nextSlot"/> is what the thread looks at after it, or negative.</summary>
    [SkipLocalsInit]
    private static void Split(ref UnitBlock block, PlanSegment* segment, int* list, int firstSlot, int slots, int nextSlot, float* partial)
    {
        AttentionPlan* plan = block.Plan;
        int* pages = plan->Sequences[block.Sequence].Pages;
        PagePart* keys = stackalloc PagePart[SplitPages], values = stackalloc PagePart[SplitPages];
        int* firstKey = stackalloc int[SplitPages];
        byte* next = nextSlot < 0 ? null : plan->KeyPage(pages[list == null ? nextSlot : list[nextSlot]], block.FirstHead / plan->HeadsPerKv, segment->KeyPlane);
        block.Range(segment, 0, block.Count, out int blockBegin, out int blockEnd);
        int used = 0;
        for (int j = 0; j < slots; j++)
        {
            int page = list == null ? firstSlot + j : list[firstSlot + j];
            int first = page * PageTokens;
            if (first >= blockEnd || first + PageTokens <= blockBegin) continue;
            firstKey[used] = first;
            block.Page(pages[page], segment->KeyPlane, used, Math.Min(PageTokens, blockEnd - first), out keys[used], out values[used]);
            used++;
        }

        if (used == 0) return;
        for (int m = 0; m < block.Count; m += TileRows)
            Tile(ref block, segment, m, Math.Min(TileRows, block.Count - m), keys, values, firstKey, used, next, partial);
    }

    [SkipLocalsInit]
    private static void Tile(
        ref UnitBlock block, PlanSegment* segment, int m, int count, PagePart* keys, PagePart* values, int* firstKey, int slots, byte* next, float* partial)
    {
        AttentionPlan* plan = block.Plan;
        int width = plan->ValueWidth, used = 0;
        int* slotOf = stackalloc int[SplitPages];
        block.Range(segment, m, count, out int begin, out int end);
        for (int j = 0; j < slots; j++)
        {
            if (firstKey[j] >= end || firstKey[j] + PageTokens <= begin) continue;
            block.KeyProduct(m, count, keys[j], j + 1 < slots ? keys[j + 1].Numbers : values[0].Numbers, block.Scores + used * PageTokens, SplitTokens);
            slotOf[used++] = j;
        }

        if (used == 0) return;
        float* result = stackalloc float[2 * TileRows];
        for (int i = 0; i < count; i++)
        {
            float* scores = block.Scores + i * SplitTokens;
            if (plan->SoftCap > 0) SoftCap.Run(scores, used * PageTokens, plan->SoftCap);
            if (segment->LseShift != 0) SoftmaxBlock.Shift(scores, used * PageTokens, segment->LseShift);
            block.Visible(segment, m + i, out int rowBegin, out int rowEnd);
            for (int u = 0; u < used; u++) Mask(scores + u * PageTokens, rowBegin - firstKey[slotOf[u]], rowEnd - firstKey[slotOf[u]]);
            SoftmaxBlock.Exponentials(scores, used * PageTokens, block.Factor, out result[2 * i], out result[2 * i + 1]);
        }

        for (int u = 0; u < used; u++)
        {
            int j = slotOf[u];
            block.ValueProduct(block.Scores + u * PageTokens, SplitTokens, count, values[j], u + 1 < used ? values[slotOf[u + 1]].Numbers : next, Math.Min(PageTokens, end - firstKey[j]), u > 0);
        }

        for (int i = 0; i < count; i++)
        {
            float* split = block.SplitValues + i * width;
            if (partial == null)
            {
                SoftmaxBlock.Merge(block.State + 2 * (m + i), block.Values + (m + i) * width, result[2 * i], result[2 * i + 1], split, width);
                continue;
            }

            float* target = partial + (m + i) * (2 + width);
            target[0] = result[2 * i];
            target[1] = result[2 * i + 1];
            new ReadOnlySpan<float>(split, width).CopyTo(new Span<float>(target + 2, width));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mask(float* scores, int begin, int end)
    {
        if (begin > 0) new Span<float>(scores, Math.Min(begin, PageTokens)).Fill(float.NegativeInfinity);
        if (end < PageTokens)
        {
            int from = Math.Max(end, 0);
            new Span<float>(scores + from, PageTokens - from).Fill(float.NegativeInfinity);
        }
    }

    /// <summary>Adds to each page the probability that its keys got, once the log-sum-exp of the rows is known. Units as in <see cref="Run"/>, never split.</summary>
    [SkipLocalsInit]
    public static void Mass(void* context, int begin, int end, int worker)
    {
        var plan = (AttentionPlan*)context;
        for (int unit = begin; unit < end; unit++)
        {
            var block = new UnitBlock(plan, unit, worker);
            for (int m = 0; m < block.Count; m++) new Span<float>(block.MassOf(m), plan->MassStride).Clear();
            int* table = plan->Sequences[block.Sequence].Pages;
            for (int s = 0; s < plan->SegmentCount; s++)
            {
                PlanSegment* segment = plan->Segments + s;
                block.LoadQueries(segment);
                int pages = plan->PageList(segment, block.Sequence, block.FirstHead, out int* list);
                for (int slot = 0; slot < pages; slot++)
                {
                    int page = list == null ? slot : list[slot];
                    block.Page(table[page], segment->KeyPlane, 0, 0, out PagePart keys, out _);
                    for (int m = 0; m < block.Count; m++) PageMass(ref block, segment, m, page, keys);
                }
            }
        }
    }

    private static void PageMass(ref UnitBlock block, PlanSegment* segment, int m, int page, PagePart keys)
    {
        if (!PageScores(ref block, segment, m, page, keys, out int first, out int last, out float shift)) return;
        float* scores = block.Scores;
        float sum = 0;
        for (int i = first; i < last; i++) sum += VectorExp.Exp(scores[i] + shift);
        block.MassOf(m)[page] += sum;
    }

    /// <summary>Scores of one row-head for a page's keys, in the block's scratch: the exponential of a score and <paramref name="shift"/> is the key's probability, for keys [first, last) of the page.</summary>
    /// <returns>False when the row sees no key of the page.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool PageScores(ref UnitBlock block, PlanSegment* segment, int m, int page, PagePart keys, out int first, out int last, out float shift)
    {
        AttentionPlan* plan = block.Plan;
        block.Visible(segment, m, out int begin, out int end);
        (first, last) = (Math.Max(begin - page * PageTokens, 0), Math.Min(end - page * PageTokens, PageTokens));
        shift = segment->LseShift - plan->LogSumExp[block.ResultIndex(m)];
        if (first >= last) return false;
        block.KeyProduct(m, 1, keys, null, block.Scores, PageTokens);
        if (plan->SoftCap > 0) SoftCap.Run(block.Scores, PageTokens, plan->SoftCap);
        return true;
    }
}
