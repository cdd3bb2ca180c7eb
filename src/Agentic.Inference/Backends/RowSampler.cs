using System.Buffers;

namespace Agentic.Inference.Backends;

/// <summary>How a CPU backend draws a token from a row of logits; the definition that other devices reproduce.</summary>
internal static class RowSampler
{
    // Candidates tried first when the size of the nucleus is not known.
    private const int FirstNucleus = 256;

    // Where no more than this part of the tokens is allowed, they are taken out of the row instead of masking the others.
    private const int FewAllowed = 8;

    /// <summary>Draws a token as <paramref name="sampling"/> says.</summary>
    public static SampledToken Sample(ReadOnlySpan<float> logits, SamplingRow sampling)
    {
        double logSumExp = SoftmaxRow.LogSumExp(logits, out float largest);
        if (!double.IsFinite(logSumExp))
        {
            return new SampledToken(-1, float.NaN);
        }

        int token = sampling.Bias is not null || sampling.History is not null ? Choose(logits, sampling)
            : sampling.AllowedBits is { } allowed ? ChooseAllowed(logits, allowed, sampling)
            : sampling.Temperature <= 0 ? SoftmaxRow.IndexOf(logits, largest)
            : Draw(logits, logits.Length, largest, sampling);
        return token < 0
            ? new SampledToken(-1, float.NaN)
            : new SampledToken(token, (float)(logits[token] - logSumExp), Top(logits, sampling.TopLogProbs, logSumExp));
    }

    /// <summary>Natural log-probability of a token; NaN when the row is not finite.</summary>
    public static float LogProb(ReadOnlySpan<float> logits, int token) => (float)(logits[token] - SoftmaxRow.LogSumExp(logits));

    /// <summary>Of few allowed tokens only these are looked at.</summary>
    private static int ChooseAllowed(ReadOnlySpan<float> logits, ReadOnlySpan<uint> allowed, SamplingRow sampling)
    {
        if (sampling.Temperature <= 0)
        {
            return AllowedTokens.ArgMax(logits, allowed);
        }

        int count = AllowedTokens.Count(allowed, logits.Length);
        if (count > logits.Length / FewAllowed)
        {
            return Choose(logits, sampling);
        }

        int[] ids = ArrayPool<int>.Shared.Rent(count);
        float[] values = ArrayPool<float>.Shared.Rent(count);
        try
        {
            AllowedTokens.Gather(logits, allowed, ids.AsSpan(0, count), values.AsSpan(0, count));
            int best = SoftmaxRow.ArgMax(values.AsSpan(0, count));
            return best < 0 ? best : ids[Draw(values.AsSpan(0, count), logits.Length, values[best], sampling)];
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ids);
            ArrayPool<float>.Shared.Return(values);
        }
    }

    private static int Choose(ReadOnlySpan<float> logits, SamplingRow sampling)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(logits.Length);
        try
        {
            Span<float> work = rented.AsSpan(0, logits.Length);
            logits.CopyTo(work);
            LogitAdjustment.Apply(work, sampling);
            int best = SoftmaxRow.ArgMax(work);
            return sampling.Temperature <= 0 || best < 0 ? best : Draw(work, work.Length, work[best], sampling);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }

    private static int Draw(ReadOnlySpan<float> logits, int vocabulary, float largest, SamplingRow sampling)
    {
        float inverse = 1 / sampling.Temperature;
        double unit = CounterRandom.Unit(sampling.Seed, sampling.Counter);
        bool topK = sampling.TopK > 0 && sampling.TopK < vocabulary;
        if (!topK && sampling.TopP >= 1 && sampling.MinP <= 0)
        {
            return DrawFromAll(logits, largest, inverse, unit);
        }

        // With top-k its candidates are all there is; otherwise the most likely ones, more of them until the truncation falls among them.
        double all = topK ? 0 : SoftmaxRow.SumExp(logits, largest, inverse);
        int wanted = Math.Min(topK ? sampling.TopK : FirstNucleus, logits.Length);
        while (true)
        {
            int[] ids = ArrayPool<int>.Shared.Rent(wanted);
            double[] weights = ArrayPool<double>.Shared.Rent(wanted);
            try
            {
                int count = TopSelection.Select(logits, ids.AsSpan(0, wanted));
                double mass = 0;
                for (int i = 0; i < count; i++)
                {
                    weights[i] = Math.Exp((logits[ids[i]] - largest) * (double)inverse);
                    mass += weights[i];
                }

                bool complete = topK || count < wanted || wanted == logits.Length;
                int kept = Truncate(weights.AsSpan(0, count), complete ? mass : all, sampling);
                if (kept < count || complete)
                {
                    return ids[Pick(weights.AsSpan(0, kept), unit)];
                }
            }
            finally
            {
                ArrayPool<int>.Shared.Return(ids);
                ArrayPool<double>.Shared.Return(weights);
            }

            wanted = (int)Math.Min(logits.Length, wanted * 4L);
        }
    }

    /// <summary>How many of the descending weights stay under top-p and min-p.</summary>
    private static int Truncate(ReadOnlySpan<double> weights, double all, SamplingRow sampling)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (i > 0 && (weights[i] < sampling.MinP * weights[0] || (sampling.TopP < 1 && sum >= sampling.TopP * all)))
            {
                return i;
            }

            sum += weights[i];
        }

        return weights.Length;
    }

    private static int Pick(ReadOnlySpan<double> weights, double unit)
    {
        double mass = 0;
        foreach (double weight in weights)
        {
            mass += weight;
        }

        double point = unit * mass;
        for (int i = 0; i < weights.Length; i++)
        {
            point -= weights[i];
            if (point < 0)
            {
                return i;
            }
        }

        return weights.Length - 1;
    }

    private static int DrawFromAll(ReadOnlySpan<float> logits, float largest, float inverse, double unit)
    {
        double point = unit * SoftmaxRow.SumExp(logits, largest, inverse);
        int last = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            float weight = MathF.Exp((logits[i] - largest) * inverse);
            if (weight > 0)
            {
                last = i;
                point -= weight;
                if (point < 0)
                {
                    return i;
                }
            }
        }

        return last; // rounding left a crumb of mass behind
    }

    private static (int Token, float LogProb)[]? Top(ReadOnlySpan<float> logits, int count, double logSumExp)
    {
        if (count <= 0)
        {
            return null;
        }

        int[] ids = new int[Math.Min(count, logits.Length)];
        int found = TopSelection.Select(logits, ids);
        var top = new (int Token, float LogProb)[found];
        for (int i = 0; i < found; i++)
        {
            top[i] = (ids[i], (float)(logits[ids[i]] - logSumExp));
        }

        return top;
    }
}
