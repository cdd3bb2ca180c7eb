using Agentic.Inference.Tokenization.Unicode;

namespace Agentic.Inference.Tokenization.PreTokenizers;

/// <summary>
/// The pieces of GPT-4o's <c>o200k</c> (gpt-oss, Llama 4), in which a word may change from upper to lower case once and takes its contraction along:
/// <c>[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>
/// </summary>
internal sealed class Gpt4oPreTokenizer : PreTokenizer
{
    private const CodePointClass WordKinds = CodePointClass.Letter | CodePointClass.Mark;

    public override int PieceLength(ReadOnlySpan<char> text)
    {
        CodePointClass kind = CodePoints.ClassAt(text, 0, out int length);
        if ((kind & CodePointClass.Number) != 0)
        {
            return EndOfNumber(text, length, 3);
        }

        int word = EndOfWord(text, kind, length);
        if (word > 0)
        {
            return word + (word < text.Length && text[word] == '\'' ? Contraction(text[word..], ignoreCase: true) : 0);
        }

        int start = text[0] == ' ' ? 1 : 0;
        int end = EndOfSymbols(text, start);
        if (end == start)
        {
            return EndOfSpace(text);
        }

        while (end < text.Length && text[end] is '\r' or '\n' or '/')
        {
            end++;
        }

        return end;
    }

    /// <summary>End of a word, with what may stand before it; 0 when there is none. First choice: one that ends in lower case; first of all with something before it.</summary>
    private static int EndOfWord(ReadOnlySpan<char> text, CodePointClass kind, int length)
    {
        int before = (kind & (CodePointClass.Letter | CodePointClass.NewLine)) == 0 ? length : 0;
        bool lower = false;
        int end = before > 0 ? EndOfCase(text, before, out lower) : 0;
        if (lower || (kind & WordKinds) == 0)
        {
            return end > before ? end : 0;
        }

        // A mark may be what stands before a word, or the word's beginning.
        int own = EndOfCase(text, 0, out lower);
        return lower || end <= before ? own : end;
    }

    /// <summary>End of a run of upper case that goes over into lower; what has no case counts as both. All of the run when nothing in it can be lower.</summary>
    private static int EndOfCase(ReadOnlySpan<char> text, int start, out bool lower)
    {
        int at = start, lastOfBoth = 0;
        while (at < text.Length && CodePoints.ClassAt(text, at, out int length) is var kind && (kind & WordKinds) != 0 && (kind & CodePointClass.Lower) == 0)
        {
            at += length;
            lastOfBoth = (kind & CodePointClass.Upper) == 0 ? at : lastOfBoth;
        }

        int end = at;
        while (end < text.Length && CodePoints.ClassAt(text, end, out int length) is var kind && (kind & WordKinds) != 0 && (kind & CodePointClass.Upper) == 0)
        {
            end += length;
        }

        lower = end > at || lastOfBoth > 0;
        return end > at ? end : lastOfBoth > 0 ? lastOfBoth : at;
    }

    private static int EndOfSymbols(ReadOnlySpan<char> text, int at)
    {
        const CodePointClass Others = CodePointClass.Letter | CodePointClass.Number | CodePointClass.Space;
        while (at < text.Length && (CodePoints.ClassAt(text, at, out int length) & Others) == 0)
        {
            at += length;
        }

        return at;
    }
}
