namespace Agentic.Reading.Relevance;

/// <summary>A few sentences that belong together: what one relevance judgement is about.</summary>
/// <param name="Document">The document it is a part of.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Heading">The heading above it, without marks; empty when there is none.</param>
/// <param name="Chunk">Chunk it lies in.</param>
public sealed record Passage(Document Document, TextSpan Span, string Heading, int Chunk)
{
    /// <summary>Its text without white space at the ends.</summary>
    public string Text => Document.Text.AsSpan(Span.Start, Span.Length).Trim().ToString();

    /// <summary>Its text under its heading: what a model or an index should see.</summary>
    public string TextWithHeading => Heading.Length == 0 ? Text : $"{Heading}\n{Text}";
}
