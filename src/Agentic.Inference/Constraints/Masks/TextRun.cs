namespace Agentic.Inference.Constraints.Masks;

/// <summary>How much text of some letters can be read as it comes: any so many code points of them, in any order, lead on.</summary>
/// <param name="Points">Code points; <see cref="TokenTrie.ShortBytes"/> = no short token has more.</param>
/// <param name="Low">The letters below 64, as bits.</param>
/// <param name="High">The letters from 64 to 127, as bits.</param>
/// <param name="Wide">All code points from 128 on that can be written are letters.</param>
/// <param name="Full">All of <see cref="PlainText"/> that can be written are.</param>
/// <param name="Stops">After so many code points no plain text can be read at all.</param>
internal sealed record TextRun(int Points, ulong Low, ulong High, bool Wide, bool Full, bool Stops)
{
    /// <summary>None.</summary>
    public static TextRun None { get; } = new(0, 0, 0, false, false, false);
}
