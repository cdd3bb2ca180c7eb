using Agentic.Inference.Tokenization.Unicode;

namespace Agentic.Inference.Tokenization.PreTokenizers;

/// <summary>
/// The pieces of DeepSeek-V3, cut in three passes: <c>\p{N}{1,3}</c>, then <c>[一-龥぀-ゟ゠-ヿ]+</c> (ideographs and kana), and what is left, as well as
/// these, by <c>[!-/:-@\[-`{-~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>. Between matches, what none takes is a piece.
/// </summary>
internal sealed class DeepSeekV3PreTokenizer : PreTokenizer
{
    private const CodePointClass WordKinds = CodePointClass.Letter | CodePointClass.Mark;

    public override int PieceLength(ReadOnlySpan<char> text)
    {
        CodePointClass kind = CodePoints.ClassAt(text, 0, out int length);
        if ((kind & CodePointClass.Number) != 0)
        {
            return EndOfNumber(text, length, 3);
        }

        bool ideographs = IsIdeographOrKana(text[0]);
        for (int at = 0; ;)
        {
            int end = Match(text, at, ideographs);
            if (end > at)
            {
                return at > 0 ? at : end;
            }

            CodePoints.ClassAt(text, at, out length);
            at += length;
            if (at == text.Length || IsEnd(text, at, ideographs))
            {
                return at;
            }
        }
    }

    /// <summary>End of what the last pass's pattern takes at a place that earlier passes left to it; the place itself when it takes nothing.</summary>
    private static int Match(ReadOnlySpan<char> text, int at, bool ideographs)
    {
        CodePointClass kind = CodePoints.ClassAt(text, at, out int length);
        int next = at + length;
        if ((kind & WordKinds) != 0)
        {
            return EndOf(text, next, WordKinds, ideographs);
        }

        if ((kind & CodePointClass.Sign) != 0)
        {
            int end = next;
            if (text[at] < 0x80)
            {
                while (end < text.Length && char.IsAsciiLetter(text[end]))
                {
                    end++;
                }
            }

            return end > next ? end : EndOfSigns(text, next, ideographs);
        }

        if ((kind & CodePointClass.NewLine) == 0 && next < text.Length && !IsEnd(text, next, ideographs) && (CodePoints.ClassAt(text, next, out _) & WordKinds) != 0)
        {
            return EndOf(text, next, WordKinds, ideographs);
        }

        if (text[at] == ' ' && next < text.Length && !IsEnd(text, next, ideographs) && (CodePoints.ClassAt(text, next, out _) & CodePointClass.Sign) != 0)
        {
            return EndOfSigns(text, next, ideographs);
        }

        // White space; where numbers or ideographs follow, which were set apart, all of it.
        return (kind & CodePointClass.Space) == 0 ? at : at + EndOfSpace(text[at..EndOf(text, at, CodePointClass.Space, ideographs, oneMore: true)]);
    }

    private static int EndOfSigns(ReadOnlySpan<char> text, int at, bool ideographs)
    {
        at = EndOf(text, at, CodePointClass.Sign, ideographs);
        while (!ideographs && at < text.Length && (text[at] is '\r' or '\n'))
        {
            at++;
        }

        return at;
    }

    /// <summary>End of a run of some kinds; with <paramref name="oneMore"/>, after the code point that ends it, if that belongs to the same part.</summary>
    private static int EndOf(ReadOnlySpan<char> text, int at, CodePointClass kinds, bool ideographs, bool oneMore = false)
    {
        while (at < text.Length && !IsEnd(text, at, ideographs))
        {
            bool goesOn = (CodePoints.ClassAt(text, at, out int length) & kinds) != 0;
            if (goesOn || oneMore)
            {
                at += length;
            }

            if (!goesOn)
            {
                break;
            }
        }

        return at;
    }

    /// <summary>Whether an earlier pass cuts here.</summary>
    private static bool IsEnd(ReadOnlySpan<char> text, int at, bool ideographs) =>
        IsIdeographOrKana(text[at]) != ideographs || (CodePoints.ClassAt(text, at, out _) & CodePointClass.Number) != 0;

    private static bool IsIdeographOrKana(char c) => c is (>= '\u4E00' and <= '\u9FA5') or (>= '\u3040' and <= '\u30FF');
}
