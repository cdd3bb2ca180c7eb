using Agentic.Inference.Attention;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Scalar;

/// <summary>
/// Attention as the sum over its definition. Per row and head, each segment s has a softmax over its visible keys with log-sum-exp L(s); the
/// output is Σ exp(L(s) + shift(s) − T) · out(s), where T = log(Σ exp(L(s) + shift(s)) + exp(sink)). T is the reported log-sum-exp, and a
/// page's mass is the share of T that its keys got. A row that sees nothing yields zeros and T = −∞.
/// </summary>
internal static class ScalarAttention
{
    public static void Run(AttentionCall call)
    {
        for (int s = 0; s < call.Sequences.Count; s++)
        {
            for (int r = 0; r < call.Sequences[s].Rows; r++)
            {
                for (int head = 0; head < call.QueryHeads; head++)
                {
                    Row(call, s, r, head);
                }
            }
        }
    }

    private static void Row(AttentionCall call, int sequence, int rowInSequence, int head)
    {
        SequenceRows rows = call.Sequences[sequence];
        int row = rows.FirstRow + rowInSequence;
        int valueDim = call.Pool.Format.ValueDim;

        // Logits of every visible key of every segment, with what the segment adds to its log-sum-exp folded in: merging segments by their
        // log-sum-exp is one softmax over all these.
        var seen = new List<(int Key, double Logit)>();
        foreach (AttentionSegment segment in call.Segments)
        {
            Logits(call, segment, sequence, rowInSequence, head, seen);
        }

        double sink = call.Sinks is null ? double.NegativeInfinity : ScalarBuffer.Floats(call.Sinks)[head];
        double largest = sink;
        foreach ((_, double logit) in seen)
        {
            largest = Math.Max(largest, logit);
        }

        double total = double.IsNegativeInfinity(sink) ? 0 : Math.Exp(sink - largest);
        foreach ((_, double logit) in seen)
        {
            total += Math.Exp(logit - largest);
        }

        Span<float> mass = call.PageMass is null ? [] : ScalarBuffer.Floats(call.PageMass).Slice((row * call.QueryHeads + head) * call.MassStride, call.MassStride);
        mass.Clear();
        double[] mixed = new double[valueDim];
        float[] value = new float[valueDim];
        var pool = (ScalarKvPool)call.Pool;
        foreach ((int key, double logit) in seen)
        {
            int page = key / KvPageFormat.PageTokens;
            double probability = Math.Exp(logit - largest) / total;
            pool.LoadValue(call.Layer, rows.Pages[page], KvHead(call, head), key % KvPageFormat.PageTokens, value);
            for (int i = 0; i < valueDim; i++)
            {
                mixed[i] += probability * value[i];
            }

            if (!mass.IsEmpty)
            {
                mass[page] += (float)probability;
            }

            foreach (KeyMassSum sum in call.KeyMasses)
            {
                if (sum.Sequence == sequence && row >= sum.FirstRow)
                {
                    ScalarBuffer.Floats(sum.Buffer)[head * sum.Stride + key / sum.TokensPerSlot] += (float)probability;
                }
            }
        }

        Span<float> output = ScalarBuffer.Floats(call.Output).Slice((row * call.QueryHeads + head) * valueDim, valueDim);
        for (int i = 0; i < valueDim; i++)
        {
            output[i] = (float)mixed[i];
        }

        if (call.LogSumExp is not null)
        {
            ScalarBuffer.Floats(call.LogSumExp)[row * call.QueryHeads + head] = (float)(largest + Math.Log(total));
        }
    }

    private static void Logits(AttentionCall call, AttentionSegment segment, int sequence, int rowInSequence, int head, List<(int Key, double Logit)> seen)
    {
        SequenceRows rows = call.Sequences[sequence];
        var pool = (ScalarKvPool)call.Pool;
        int row = rows.FirstRow + rowInSequence;
        int dim = pool.Format.KeyDim;
        Span<float> query = ScalarBuffer.Floats(call.Queries[segment.QueryPlane]).Slice(row * call.QueryStride + call.QueryOffset + head * dim, dim);
        double scale = (double)call.Scale * segment.LogitScale * (call.RowScale is null ? 1 : ScalarBuffer.Floats(call.RowScale)[row]);
        float[] key = new float[dim];
        foreach (int index in VisibleKeys(call, segment, sequence, rowInSequence, head))
        {
            pool.LoadKey(call.Layer, rows.Pages[index / KvPageFormat.PageTokens], KvHead(call, head), segment.KeyPlane, index % KvPageFormat.PageTokens, key);
            double logit = 0;
            for (int i = 0; i < dim; i++)
            {
                logit += (double)query[i] * key[i];
            }

            logit *= scale;
            logit = call.SoftCap > 0 ? call.SoftCap * Math.Tanh(logit / call.SoftCap) : logit;
            seen.Add((index, logit + segment.LseShift));
        }
    }

    /// <summary>Key indices that a query sees through a segment, in the order of its pages.</summary>
    private static IEnumerable<int> VisibleKeys(AttentionCall call, AttentionSegment segment, int sequence, int rowInSequence, int head)
    {
        SequenceRows rows = call.Sequences[sequence];
        int own = rows.FirstPosition + rowInSequence;
        (int begin, int end) = segment.KeyRange is { } ranges ? ranges[sequence] : (0, rows.KeyCount);
        end = Math.Min(end, segment.Mask == AttentionMask.Bidirectional ? rows.KeyCount : own + 1);
        begin = Math.Max(begin, segment.Mask == AttentionMask.CausalWindow ? own - segment.Window + 1 : 0);

        if (segment.SelectedPages is null)
        {
            for (int key = begin; key < end; key++)
            {
                yield return key;
            }

            yield break;
        }

        int list = segment.PagesPerHead == 1 ? 0 : segment.PagesPerHead == call.QueryHeads ? head : KvHead(call, head);
        foreach (int page in segment.SelectedPages[sequence * segment.PagesPerHead + list])
        {
            int first = page * KvPageFormat.PageTokens;
            for (int key = Math.Max(begin, first); key < Math.Min(end, first + KvPageFormat.PageTokens); key++)
            {
                yield return key;
            }
        }
    }

    private static int KvHead(AttentionCall call, int head) => head / (call.QueryHeads / call.Pool.Format.KvHeads);
}
