using Agentic.Inference.Tokenization.Unicode;

namespace Agentic.Inference.Tokenization.PreTokenizers;

/// <summary>Cuts text into the pieces within which byte-level BPE merges. Stateless and thread-safe.</summary>
internal abstract class PreTokenizer
{
    /// <summary>The length in UTF-16 units, at least 1, of the first piece of a text that is not empty.</summary>
    /// <remarks>No unit is looked at in more than a few calls, so that cutting a whole text is linear.</remarks>
    public abstract int PieceLength(ReadOnlySpan<char> text);

    /// <summary>Length of an English contraction ('s 't 're 've 'm 'll 'd) at the apostrophe that begins the text, or 0.</summary>
    protected static int Contraction(ReadOnlySpan<char> text, bool ignoreCase)
    {
        if (text.Length < 2)
        {
            return 0;
        }

        int fold = ignoreCase ? 0x20 : 0;
        char second = Fold(text[1], fold);
        if (second is 's' or 't' or 'm' or 'd')
        {
            return 2;
        }

        char third = text.Length > 2 ? Fold(text[2], fold) : '\0';
        return (second, third) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? 3 : 0;
    }

    /// <summary>End of a run of at most <paramref name="most"/> numbers, one of which ends at <paramref name="at"/>.</summary>
    protected static int EndOfNumber(ReadOnlySpan<char> text, int at, int most)
    {
        for (int n = 1; n < most && at < text.Length && (CodePoints.ClassAt(text, at, out int length) & CodePointClass.Number) != 0; n++)
        {
            at += length;
        }

        return at;
    }

    /// <summary>Up to the last line end of the run of white space that begins the text; without one, all but the unit before a word.</summary>
    protected static int EndOfSpace(ReadOnlySpan<char> text)
    {
        int at = 0, lines = 0;
        while (at < text.Length)
        {
            CodePointClass kind = CodePoints.ClassAt(text, at, out _);
            if ((kind & CodePointClass.Space) == 0)
            {
                break;
            }

            at++;
            lines = (kind & CodePointClass.NewLine) != 0 ? at : lines;
        }

        return lines > 0 ? lines : at == text.Length ? at : Math.Max(at - 1, 1);
    }

    private static char Fold(char c, int fold) => c is >= 'A' and <= 'Z' ? (char)(c | fold) : c;
}
