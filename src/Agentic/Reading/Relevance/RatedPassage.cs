namespace Agentic.Reading.Relevance;

/// <summary>A passage and how much it bears on the question.</summary>
/// <param name="Passage">The passage.</param>
/// <param name="Words">By its words: <see cref="QuestionTerms.Score"/>.</param>
/// <param name="Likelihood">By the model: mean log-probability a token of the question after it.</param>
internal sealed record RatedPassage(Passage Passage, double Words, double Likelihood)
{
    /// <summary>What a nat a token is worth in word score; measured, see docs/quality.md.</summary>
    public const double LikelihoodWeight = 0.2;

    /// <summary>How sure it is that the passage is about the question at all, comparable between questions: the share of the question's terms that it has, and twice the share of
    /// the question's surprise that it explains.</summary>
    public double Support { get; init; }

    /// <summary>Both signals in one.</summary>
    public double Relevance => Words + (LikelihoodWeight * Likelihood);
}
