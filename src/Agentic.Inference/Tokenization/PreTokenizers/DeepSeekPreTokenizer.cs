using Agentic.Inference.Tokenization.Unicode;

namespace Agentic.Inference.Tokenization.PreTokenizers;

/// <summary>
/// The pieces of DeepSeek LLM and DeepSeek-V2, cut in six passes, each of which cuts all that the ones before left: line ends one by one; <c>\s?</c> and
/// letters with case (<see cref="CasedLetters"/>); <c>\s?[!-/:-~！-／：-～‘-‟　-。]+</c> (which takes Latin letters too); <c>\s+$</c>;
/// <c>[一-龥ࠀ-一가-퟿]+</c> (everything from Indic scripts to Hangul); <c>\p{N}+</c>. The original parts every digit; its vocabularies have no token of two.
/// </summary>
/// <remarks>A pass that has no match in a part leaves it whole. So whether two code points are parted follows from those around them: a text is cut wherever any pass parts.</remarks>
internal sealed class DeepSeekPreTokenizer : PreTokenizer
{
    public override int PieceLength(ReadOnlySpan<char> text)
    {
        CodePoint before = Read(text, 0);
        int spacesSeen = 0;
        while (true)
        {
            int at = before.End;
            if (at >= text.Length)
            {
                return text.Length;
            }

            CodePoint now = Read(text, at);
            if (Parts(text, before, now) || before.IsWide != now.IsWide || before.IsNumber != now.IsNumber)
            {
                return at;
            }

            if (now.IsSpace && !before.IsSpace && at >= spacesSeen)
            {
                if (EndsThePart(text, now, out spacesSeen))
                {
                    return at;
                }
            }

            before = now;
        }
    }

    /// <summary>Whether one of the first three passes parts two neighbours.</summary>
    private static bool Parts(ReadOnlySpan<char> text, CodePoint before, CodePoint now) =>
        LetterPassParts(text, before, now) || SignPassParts(text, before, now);

    /// <summary>The passes of line ends and of letters.</summary>
    private static bool LetterPassParts(ReadOnlySpan<char> text, CodePoint before, CodePoint now)
    {
        if (before.IsLineEnd || now.IsLineEnd)
        {
            return true;
        }

        if (before.IsCased != now.IsCased)
        {
            return before.IsCased || !before.IsSpace; // white space stays with the letters after it
        }

        return !now.IsCased && now.IsSpace && now.End < text.Length && Read(text, now.End).IsCased;
    }

    /// <summary>The pass of punctuation, for neighbours that the passes before left together.</summary>
    private static bool SignPassParts(ReadOnlySpan<char> text, CodePoint before, CodePoint now)
    {
        if (before.IsSign != now.IsSign)
        {
            return before.IsSign || !before.IsSpace;
        }

        if (now.IsSign || !now.IsSpace || now.End >= text.Length)
        {
            return false;
        }

        CodePoint next = Read(text, now.End);
        return next.IsSign && !LetterPassParts(text, now, next);
    }

    /// <summary>The fourth pass: whether a run of white space reaches the end of its part.</summary>
    private static bool EndsThePart(ReadOnlySpan<char> text, CodePoint space, out int end)
    {
        while (space.End < text.Length)
        {
            CodePoint next = Read(text, space.End);
            if (Parts(text, space, next))
            {
                break;
            }

            if (!next.IsSpace)
            {
                end = space.End;
                return false;
            }

            space = next;
        }

        end = space.End;
        return true;
    }

    private static CodePoint Read(ReadOnlySpan<char> text, int at)
    {
        int value = CodePoints.Read(text, at, out int length);
        return new CodePoint(value, CodePoints.ClassOf(value), at + length);
    }

    /// <summary>What the passes ask about a code point.</summary>
    private readonly struct CodePoint(int value, CodePointClass kind, int end)
    {
        public int End => end;

        public bool IsLineEnd => value is '\r' or '\n';

        public bool IsSpace => (kind & CodePointClass.Space) != 0;

        public bool IsNumber => (kind & CodePointClass.Number) != 0;

        public bool IsCased { get; } = CasedLetters.Contains(value);

        public bool IsSign => value is (>= 0x21 and <= 0x2F) or (>= 0x3A and <= 0x7E) or (>= 0xFF01 and <= 0xFF0F) or (>= 0xFF1A and <= 0xFF5E)
            or (>= 0x2018 and <= 0x201F) or (>= 0x3000 and <= 0x3002);

        public bool IsWide => value is (>= 0x0800 and <= 0x9FA5) or (>= 0xAC00 and <= 0xD7FF);
    }
}
