namespace Agentic;

/// <summary>A quotation that supports an answer, located in the document it came from.</summary>
public sealed record Evidence
{
    /// <summary>The quoted string as it stands in the document when verified, else as the model claimed it.</summary>
    public required string Quote { get; init; }

    /// <summary>Name of the document (<see cref="Document.Name"/>).</summary>
    public required string Source { get; init; }

    /// <summary>Where the quotation stands in the document's text; null when it was not found.</summary>
    public TextSpan? Span { get; init; }

    /// <summary>Page number from 1, where the document has pages.</summary>
    public int? Page { get; init; }

    /// <summary>True only when the string is really in the document (exact, or equal after white space and punctuation are normalised).</summary>
    public bool Verified { get; init; }

    /// <summary>The stage of the run that produced it, such as <c>worker</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>Index of the chunk it was read in, from 0 and never renumbered; null when it came from no single chunk.</summary>
    public int? Chunk { get; init; }

    /// <summary>How relevant the reader found it; larger is better, comparable within one answer only.</summary>
    public double Confidence { get; init; }
}
