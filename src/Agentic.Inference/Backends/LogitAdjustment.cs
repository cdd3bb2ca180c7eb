namespace Agentic.Inference.Backends;

/// <summary>What changes logits before a draw: bias, then penalties, then the mask.</summary>
internal static class LogitAdjustment
{
    public static void Apply(Span<float> logits, SamplingRow sampling)
    {
        if (sampling.Bias is { } bias)
        {
            foreach ((int token, float value) in bias)
            {
                if ((uint)token < (uint)logits.Length)
                {
                    logits[token] += value;
                }
            }
        }

        if (sampling.History is { } history)
        {
            foreach ((int token, int count) in history)
            {
                if ((uint)token < (uint)logits.Length && count > 0)
                {
                    float logit = logits[token];
                    logit = logit > 0 ? logit / sampling.RepetitionPenalty : logit * sampling.RepetitionPenalty;
                    logits[token] = logit - sampling.FrequencyPenalty * count - sampling.PresencePenalty;
                }
            }
        }

        if (sampling.AllowedBits is { } allowed)
        {
            Mask(logits, allowed);
        }
    }

    private static void Mask(Span<float> logits, ReadOnlySpan<uint> allowed)
    {
        for (int word = 0; word * 32 < logits.Length; word++)
        {
            uint bits = word < allowed.Length ? allowed[word] : 0;
            if (bits == uint.MaxValue)
            {
                continue;
            }

            Span<float> part = logits[(word * 32)..Math.Min(logits.Length, word * 32 + 32)];
            for (int i = 0; i < part.Length; i++)
            {
                if ((bits >> i & 1) == 0)
                {
                    part[i] = float.NegativeInfinity;
                }
            }
        }
    }
}
