namespace Agentic;

/// <summary>A text to be read, with its name. Immutable and thread-safe.</summary>
/// <remarks>All spans in results are UTF-16 offsets into <see cref="Text"/>.</remarks>
public sealed class Document
{
    /// <summary>Creates a document.</summary>
    /// <param name="name">What evidence cites as its source: a file name or a title.</param>
    /// <param name="text">The whole text. May be empty; readers refuse an empty document with a sentence.</param>
    /// <param name="pages">Spans of the pages in order, when the format has pages.</param>
    public Document(string name, string text, IReadOnlyList<TextSpan>? pages = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(text);
        Name = name;
        Text = text;
        Pages = pages ?? [];
    }

    /// <summary>What evidence cites as its source.</summary>
    public string Name { get; }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>Spans of the pages in order; empty when the format has none.</summary>
    public IReadOnlyList<TextSpan> Pages { get; }

    /// <summary>The number, from 1, of the page that holds <paramref name="offset"/>, or null.</summary>
    public int? PageAt(int offset)
    {
        for (int i = 0; i < Pages.Count; i++)
        {
            if (offset >= Pages[i].Start && offset < Pages[i].End)
            {
                return i + 1;
            }
        }

        return null;
    }
}
