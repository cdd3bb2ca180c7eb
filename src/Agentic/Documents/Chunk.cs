namespace Agentic.Documents;

/// <summary>A part of a document that one agent reads.</summary>
/// <param name="Index">Place in the document order, from 0 over all documents; never renumbered.</param>
/// <param name="Document">The document it is a part of.</param>
/// <param name="Span">Where it stands in the document's text.</param>
/// <param name="Tokens">Tokens of its text by itself.</param>
public sealed record Chunk(int Index, Document Document, TextSpan Span, int Tokens)
{
    /// <summary>The chunk's text.</summary>
    public string Text => Document.Text.Substring(Span.Start, Span.Length);
}
