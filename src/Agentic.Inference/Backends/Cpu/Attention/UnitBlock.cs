using System.Runtime.Intrinsics;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>A block of row-heads on one thread: which they are, and the thread's scratch for them.</summary>
internal unsafe ref struct UnitBlock
{
    private const int PageTokens = KvPageFormat.PageTokens;
    private readonly int _firstM;
    private readonly float* _convertedKeys;
    private readonly float* _convertedValues;

    public UnitBlock(AttentionPlan* plan, int unit, int worker)
    {
        Plan = plan;
        int sequence = 0;
        while (sequence + 1 < plan->SequenceCount && plan->Sequences[sequence + 1].FirstUnit <= unit) sequence++;
        Sequence = sequence;
        PlanSequence* rows = plan->Sequences + sequence;
        int within = unit - rows->FirstUnit;
        FirstHead = within % plan->UnitHeads * plan->GroupHeads;
        _firstM = within / plan->UnitHeads * AttentionKernel.BlockRows;
        Count = Math.Min(AttentionKernel.BlockRows, rows->Rows * plan->GroupHeads - _firstM);
        Direct = plan->Type != KvType.Float32 && Count <= AttentionKernel.TileRows;
        Factor = Direct && plan->Type == KvType.Float16 ? HalfNumber.Factor : 1;
        var memory = (float*)(plan->WorkerScratch + worker * plan->WorkerBytes);
        Queries = memory;
        Values = Queries + AttentionKernel.BlockRows * plan->KeyDim;
        State = Values + AttentionKernel.BlockRows * plan->ValueWidth;
        Scores = State + 2 * AttentionKernel.BlockRows;
        SplitValues = Scores + AttentionKernel.TileRows * AttentionKernel.SplitPages * PageTokens;
        _convertedKeys = SplitValues + AttentionKernel.TileRows * plan->ValueWidth;
        _convertedValues = _convertedKeys + AttentionKernel.SplitPages * PageTokens * plan->KeyDim;
    }

    public readonly AttentionPlan* Plan { get; }

    public readonly int Sequence { get; }

    /// <summary>First query head of the unit.</summary>
    public readonly int FirstHead { get; }

    /// <summary>Row-heads: row m / GroupHeads, head FirstHead + m % GroupHeads.</summary>
    public readonly int Count { get; }

    /// <summary>Whether halves and codes are widened within the products (few rows) instead of once for all tiles of the block.</summary>
    public readonly bool Direct { get; }

    /// <summary>What the left-hand side of products must carry.</summary>
    public readonly float Factor { get; }

    public readonly float* Queries { get; }

    public readonly float* Scores { get; }

    /// <summary>Weighted values of the current tile and split.</summary>
    public readonly float* SplitValues { get; }

    /// <summary>Running weighted values of each row-head.</summary>
    public readonly float* Values { get; }

    /// <summary>Largest score and sum of each row-head.</summary>
    public readonly float* State { get; }

    public readonly void Reset()
    {
        for (int m = 0; m < Count; m++)
        {
            State[2 * m] = float.NegativeInfinity;
            State[2 * m + 1] = 0;
        }

        new Span<float>(Values, Count * Plan->ValueWidth).Clear();
    }

    /// <summary>Copies the block's queries, multiplied by what scales their logits.</summary>
    public readonly void LoadQueries(PlanSegment* segment)
    {
        int dim = Plan->KeyDim;
        for (int m = 0; m < Count; m++)
        {
            int row = BatchRow(m);
            float factor = Plan->Scale * segment->LogitScale;
            if (Plan->RowScale != null) factor *= Plan->RowScale[row];
            float* source = segment->Queries + (long)row * Plan->QueryStride + Plan->QueryOffset + Head(m) * dim;
            float* target = Queries + m * dim;
            factor *= Factor;
            int i = 0;
            for (; i <= dim - 8; i += 8) (Vector256.Load(source + i) * factor).Store(target + i);
            for (; i < dim; i++) target[i] = source[i] * factor;
        }
    }

    /// <summary>Scores of rows from <paramref name="m"/> on against the 64 keys of a page, to rows of <paramref name="stride"/>; <paramref name="next"/> is what the thread looks at after them.</summary>
    public readonly void KeyProduct(int m, int rows, PagePart keys, byte* next, float* scores, int stride)
    {
        nint ahead = next == null ? 0 : (nint)(next - keys.Numbers);
        float* queries = Queries + m * Plan->KeyDim;
        if (Plan->Type == KvType.Q8_0)
        {
            if (Direct) BlockProduct<CodeNumber>.Keys(queries, Plan->KeyDim, rows, keys.Numbers, keys.Scales, scores, stride, ahead);
            else BlockProduct<SingleNumber>.Keys(queries, Plan->KeyDim, rows, keys.Numbers, keys.Scales, scores, stride, ahead);
        }
        else
        {
            if (Direct) SmallGemm<HalfNumber>.Run(queries, Plan->KeyDim, rows, keys.Numbers, PageTokens, Plan->KeyDim, PageTokens, scores, stride, false, ahead);
            else SmallGemm<SingleNumber>.Run(queries, Plan->KeyDim, rows, keys.Numbers, PageTokens, Plan->KeyDim, PageTokens, scores, stride, false, ahead);
        }
    }

    /// <summary>Values of a page's first <paramref name="tokens"/> weighted by rows of probabilities, to (or added to) <see cref="SplitValues"/>.</summary>
    public readonly void ValueProduct(float* weights, int stride, int rows, PagePart values, byte* next, int tokens, bool add)
    {
        nint ahead = next == null ? 0 : (nint)(next - values.Numbers);
        int width = Plan->ValueWidth;
        if (Plan->Type == KvType.Q8_0)
        {
            if (Direct) BlockProduct<CodeNumber>.Values(weights, stride, rows, values.Numbers, values.Scales, tokens, width, SplitValues, add, ahead);
            else BlockProduct<SingleNumber>.Values(weights, stride, rows, values.Numbers, values.Scales, tokens, width, SplitValues, add, ahead);
        }
        else
        {
            if (Direct) SmallGemm<HalfNumber>.Run(weights, stride, rows, values.Numbers, width, tokens, width, SplitValues, width, add, ahead);
            else SmallGemm<SingleNumber>.Run(weights, stride, rows, values.Numbers, width, tokens, width, SplitValues, width, add, ahead);
        }
    }

    /// <summary>Keys that a row-head sees.</summary>
    public readonly void Visible(PlanSegment* segment, int m, out int begin, out int end) =>
        Plan->Visible(segment, Sequence, (_firstM + m) / Plan->GroupHeads, out begin, out end);

    /// <summary>Keys that any of some row-heads sees: visibility only moves forward with rows.</summary>
    public readonly void Range(PlanSegment* segment, int m, int count, out int begin, out int end)
    {
        Visible(segment, m, out begin, out _);
        Visible(segment, m + count - 1, out _, out end);
    }

    /// <summary>Keys and values of a page as the products take them: halves and codes are widened to scratch when many rows need them, of values only the first <paramref name="tokens"/>.</summary>
    public readonly void Page(int page, int plane, int slot, int tokens, out PagePart keys, out PagePart values)
    {
        int kvHead = FirstHead / Plan->HeadsPerKv;
        byte* k = Plan->KeyPage(page, kvHead, plane), v = Plan->ValuePage(page, kvHead);
        keys = new PagePart { Numbers = k, Scales = (ushort*)(k + PageTokens * Plan->KeyDim) };
        values = new PagePart { Numbers = v, Scales = (ushort*)(v + PageTokens * Plan->ValueWidth) };
        if (Plan->Type == KvType.Float32 || Direct) return;
        float* wideKeys = _convertedKeys + slot * PageTokens * Plan->KeyDim;
        float* wideValues = _convertedValues + slot * PageTokens * Plan->ValueWidth;
        if (Plan->Type == KvType.Float16)
        {
            HalfConverter.ToSingle((ushort*)k, wideKeys, PageTokens * Plan->KeyDim);
            HalfConverter.ToSingle((ushort*)v, wideValues, tokens * Plan->ValueWidth);
        }
        else
        {
            CodeNumber.ToSingle(k, wideKeys, PageTokens * Plan->KeyDim);
            CodeNumber.ToSingle(v, wideValues, tokens * Plan->ValueWidth);
        }

        keys.Numbers = (byte*)wideKeys;
        values.Numbers = (byte*)wideValues;
    }

    /// <summary>Where a row-head's log-sum-exp lies; times the value width, its output.</summary>
    public readonly long ResultIndex(int m) => (long)BatchRow(m) * Plan->QueryHeads + Head(m);

    public readonly float* MassOf(int m) => Plan->PageMass + ResultIndex(m) * Plan->MassStride;

    /// <summary>Adds the sink, divides by the sum and writes output and log-sum-exp.</summary>
    public readonly void Finish()
    {
        for (int m = 0; m < Count; m++)
        {
            float largest = State[2 * m], sum = State[2 * m + 1], factor = 1;
            if (Plan->Sinks != null)
            {
                float sink = Plan->Sinks[Head(m)], top = MathF.Max(largest, sink);
                factor = float.IsNegativeInfinity(largest) ? 0 : VectorExp.Exp(largest - top);
                sum = sum * factor + VectorExp.Exp(sink - top);
                largest = top;
            }

            long index = ResultIndex(m);
            float scale = sum > 0 ? factor / sum : float.IsNaN(sum) ? sum : 0;
            float* target = Plan->Output + index * Plan->ValueDim, source = Values + m * Plan->ValueWidth;
            for (int i = 0; i < Plan->ValueDim; i++) target[i] = source[i] * scale;
            if (Plan->LogSumExp != null) Plan->LogSumExp[index] = largest + MathF.Log(sum);
        }
    }

    /// <summary>Row of the batch.</summary>
    public readonly int BatchRow(int m) => Plan->Sequences[Sequence].FirstRow + (_firstM + m) / Plan->GroupHeads;

    /// <summary>Query head.</summary>
    public readonly int Head(int m) => FirstHead + (_firstM + m) % Plan->GroupHeads;
}

/// <summary>Keys or values of a page: numbers as the products take them, and the scales of 8-bit blocks.</summary>
internal unsafe struct PagePart
{
    public byte* Numbers;
    public ushort* Scales;
}
