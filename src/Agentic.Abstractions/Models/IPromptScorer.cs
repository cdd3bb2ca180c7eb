namespace Agentic;

/// <summary>How a model sees a text itself: the log-probability of every token and how sure the model was there. Thread-safe.</summary>
/// <remarks>Relevance by entropy, pruning by self-information and attribution by leaving parts out read these.</remarks>
public interface IPromptScorer
{
    /// <summary>Scores the tokens of every text; texts with the same beginning share its computation.</summary>
    /// <param name="prompts">Token ids of each text; none empty.</param>
    /// <param name="from">For each text the first position of interest, at least 0; numbers are reported from there on. Null = from 0 for all.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>One result a text, in their order.</returns>
    /// <exception cref="BudgetException">A text does not fit the model's window.</exception>
    Task<IReadOnlyList<PromptScore>> ScorePromptsAsync(IReadOnlyList<IReadOnlyList<int>> prompts, IReadOnlyList<int>? from = null, CancellationToken cancellationToken = default);
}

/// <summary>Numbers of one text, for positions <paramref name="From"/> to its last.</summary>
/// <param name="From">First position reported.</param>
/// <param name="LogProbabilities">Natural log-probability of the token at each position given those before it; NaN at position 0, where nothing comes before.</param>
/// <param name="Entropies">Entropy in nats of the distribution of the NEXT token after each position; the last entry is the uncertainty of what would follow the text.</param>
/// <param name="PromptTokens">Tokens evaluated or reused.</param>
/// <param name="CachedTokens">Of these, reused from a shared prefix.</param>
public sealed record PromptScore(int From, IReadOnlyList<double> LogProbabilities, IReadOnlyList<double> Entropies, int PromptTokens, int CachedTokens)
{
    /// <summary>Entropy in nats of what would follow the text.</summary>
    public double NextEntropy => Entropies[^1];
}
