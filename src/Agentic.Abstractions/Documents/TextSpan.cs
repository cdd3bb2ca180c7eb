namespace Agentic;

/// <summary>A half-open range of UTF-16 code units in a document's text.</summary>
/// <param name="Start">Offset of the first code unit.</param>
/// <param name="Length">Number of code units; never negative.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>Offset after the last code unit.</summary>
    public int End => Start + Length;

    /// <summary>The span that starts at <paramref name="start"/> and ends before <paramref name="end"/>.</summary>
    public static TextSpan FromBounds(int start, int end) => new(start, end - start);

    /// <summary>Whether <paramref name="other"/> lies wholly inside this span.</summary>
    public bool Contains(TextSpan other) => other.Start >= Start && other.End <= End;
}
