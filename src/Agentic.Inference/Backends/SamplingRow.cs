namespace Agentic.Inference.Backends;

/// <summary>How one row of logits becomes a token: data only, so that any backend can do it without asking the host.</summary>
/// <remarks>Order: bias and penalties, mask, temperature, top-k, top-p, min-p, draw. Temperature 0 takes the largest logit (lowest id on a tie).</remarks>
public sealed record SamplingRow
{
    /// <summary>Temperature; 0 = greedy.</summary>
    public float Temperature { get; init; }

    /// <summary>Keep the k most likely tokens; 0 = all.</summary>
    public int TopK { get; init; }

    /// <summary>Keep the smallest set of most likely tokens whose probability reaches this; 1 = all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Drop tokens less likely than this share of the most likely; 0 = none.</summary>
    public float MinP { get; init; }

    /// <summary>Divides positive and multiplies negative logits of tokens in <see cref="History"/>; 1 = none.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Subtracted per occurrence in <see cref="History"/>.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Subtracted once for tokens in <see cref="History"/>.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Token ids that penalties look at, with counts.</summary>
    public IReadOnlyDictionary<int, int>? History { get; init; }

    /// <summary>Added to logits by token id.</summary>
    public IReadOnlyDictionary<int, float>? Bias { get; init; }

    /// <summary>One bit a token id, 32 to a word, set = allowed; null = all. At least one bit must be set.</summary>
    public uint[]? AllowedBits { get; init; }

    /// <summary>Seed of the counter-based generator; with <see cref="Counter"/> it decides the draw alone.</summary>
    public ulong Seed { get; init; }

    /// <summary>Number of the draw within the request.</summary>
    public ulong Counter { get; init; }

    /// <summary>Number of most likely tokens to report with log-probabilities (of the full softmax, before truncation).</summary>
    public int TopLogProbs { get; init; }
}

/// <summary>What came of one row.</summary>
/// <param name="Token">The chosen token; −1 when the row's logits are not finite.</param>
/// <param name="LogProb">Its natural log-probability under the full softmax of the raw logits.</param>
/// <param name="Top">The most likely tokens with their log-probabilities, if asked for.</param>
public readonly record struct SampledToken(int Token, float LogProb, IReadOnlyList<(int Token, float LogProb)>? Top = null);
