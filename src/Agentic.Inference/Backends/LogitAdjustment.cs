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
            AllowedTokens.Mask(logits, allowed);
        }
    }
}
