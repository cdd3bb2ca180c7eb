using Agentic.Reading.Relevance;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>A verbatim piece of a document that bears on the question.</summary>
/// <param name="Evidence">The quotation and its place.</param>
/// <param name="Document">The document.</param>
/// <param name="Context">The passage around it; the quotation itself when that is all there is.</param>
/// <param name="Heading">Heading above it; may be empty.</param>
/// <param name="Relevance">Larger is better; what eviction goes by.</param>
/// <param name="Tokens">Tokens that it takes in the sheet.</param>
internal sealed record Fact(Evidence Evidence, Document Document, TextSpan? Context, string Heading, double Relevance, int Tokens)
{
    /// <summary>How sure it is that its passage is about the question at all; see <see cref="RatedPassage.Support"/>. Null when the model said so itself.</summary>
    public double? Support { get; init; }

    /// <summary>Place in reading order of the whole: facts are shown as the documents go, whatever order they were found in.</summary>
    public (int Chunk, int Start) Place => (Evidence.Chunk ?? int.MaxValue, Evidence.Span?.Start ?? int.MaxValue);

    /// <summary>Text of the passage around it.</summary>
    public string ContextText => Context is { } span ? Document.Text.AsSpan(span.Start, span.Length).Trim().ToString() : Evidence.Quote;

    /// <summary>A sentence that the reader itself took from the document, so that it needs no looking up.</summary>
    public static Fact Verbatim(Passage passage, TextSpan span, double relevance, string stage, ITokenCounter counter)
    {
        Document document = passage.Document;
        string text = document.Text.Substring(span.Start, span.Length);
        var evidence = new Evidence
        {
            Quote = text,
            Source = document.Name,
            Span = span,
            Page = document.PageAt(span.Start),
            Verified = true,
            Stage = stage,
            Chunk = passage.Chunk,
            Confidence = relevance,
        };
        return new Fact(evidence, document, passage.Span, passage.Heading, relevance, counter.CountText(text) + 8);
    }
}
