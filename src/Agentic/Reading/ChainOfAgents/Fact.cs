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
    /// <summary>How sure it is that its passage is about the question at all; see <see cref="Agentic.Reading.Relevance.RatedPassage.Support"/>. Null when the model said so itself.</summary>
    public double? Support { get; init; }

    /// <summary>Place in reading order of the whole: facts are shown as the documents go, whatever order they were found in.</summary>
    public (int Chunk, int Start) Place => (Evidence.Chunk ?? int.MaxValue, Evidence.Span?.Start ?? int.MaxValue);

    /// <summary>Text of the passage around it.</summary>
    public string ContextText => Context is { } span ? Document.Text.AsSpan(span.Start, span.Length).Trim().ToString() : Evidence.Quote;
}
