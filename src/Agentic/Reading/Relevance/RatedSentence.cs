namespace Agentic.Reading.Relevance;

/// <summary>A sentence and how much it bears on the question.</summary>
/// <param name="Passage">The passage that it stands in.</param>
/// <param name="Span">Where it stands, without white space at its ends.</param>
/// <param name="Words">By its words, its passage's words, and whether it holds what the question asks for.</param>
/// <param name="Likelihood">By the model: mean log-probability a token of the question after it.</param>
internal sealed record RatedSentence(Passage Passage, TextSpan Span, double Words, double Likelihood)
{
    /// <summary>Both signals in one.</summary>
    public double Relevance => Words + (RatedPassage.LikelihoodWeight * Likelihood);

    /// <summary>The sentence under its passage's heading.</summary>
    public string TextWithHeading
    {
        get
        {
            string text = Passage.Document.Text.Substring(Span.Start, Span.Length);
            return Passage.Heading.Length == 0 ? text : $"{Passage.Heading}. {text}";
        }
    }
}
