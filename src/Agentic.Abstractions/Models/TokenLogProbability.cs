namespace Agentic;

/// <summary>A generated token with its log-probability, as reported under <see cref="SamplingKeys.TopLogProbs"/> in the additional properties of replies and updates (an <c>IReadOnlyList&lt;TokenLogProbability&gt;</c>).</summary>
/// <param name="Text">The token's text; a token that is part of a character shows as U+FFFD.</param>
/// <param name="Id">Its id; null when the model is remote.</param>
/// <param name="LogProbability">Natural logarithm of its probability among all tokens, before temperature and truncation.</param>
/// <param name="Alternatives">The most likely tokens at its place, best first; their own alternatives are empty.</param>
public sealed record TokenLogProbability(string Text, int? Id, double LogProbability, IReadOnlyList<TokenLogProbability> Alternatives);
