namespace Agentic;

/// <summary>Log-probability of given continuations: decisions without parsing. Thread-safe.</summary>
public interface IContinuationScorer
{
    /// <summary>Scores the candidates of every request; requests are evaluated together where the host can.</summary>
    /// <returns>One result a request, in their order.</returns>
    /// <exception cref="BudgetException">A context and candidate do not fit the model's window.</exception>
    Task<IReadOnlyList<ScoringResult>> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken = default);
}

/// <summary>A context and the continuations to compare.</summary>
/// <param name="Context">Token ids of the context, from <see cref="ITokenCounter.CountPrompt"/> or <see cref="IScoringTokens.Encode"/>; not empty.</param>
/// <param name="Candidates">Token ids of each candidate, tokenised apart from the context; none empty.</param>
public sealed record ScoringRequest(IReadOnlyList<int> Context, IReadOnlyList<IReadOnlyList<int>> Candidates)
{
    /// <summary>Who waits for the scores. Requests scored in one call are one piece of work: it is interactive when one of them is.</summary>
    public RequestPriority Priority { get; init; }
}

/// <summary>Scores of one request.</summary>
/// <param name="Candidates">Per candidate the natural log-probability of each of its tokens.</param>
/// <param name="PromptTokens">Tokens evaluated or reused for this request.</param>
/// <param name="CachedTokens">Of these, reused from a shared prefix.</param>
public sealed record ScoringResult(IReadOnlyList<IReadOnlyList<double>> Candidates, int PromptTokens, int CachedTokens)
{
    /// <summary>Log-probability of candidate <paramref name="index"/>: the sum over its tokens, no length normalisation.</summary>
    public double Sum(int index) => Candidates[index].Sum();

    /// <summary>Mean log-probability a token of candidate <paramref name="index"/>.</summary>
    public double Mean(int index) => Candidates[index].Average();
}

/// <summary>Turns plain text into ids for scoring. Special tokens in the text stay plain text.</summary>
public interface IScoringTokens
{
    /// <summary>Ids of <paramref name="text"/> as content; no BOS is added.</summary>
    IReadOnlyList<int> Encode(string text);
}
