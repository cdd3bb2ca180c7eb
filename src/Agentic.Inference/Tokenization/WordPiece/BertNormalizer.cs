using System.Globalization;
using Agentic.Inference.Tokenization.Unicode;

namespace Agentic.Inference.Tokenization.WordPiece;

/// <summary>BERT's text clean-up: controls out, blanks round ideographs, and for uncased models accents and case away.</summary>
internal static class BertNormalizer
{
    /// <summary>The cleaned text, its words separated by blanks.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="lowercase">Decompose, drop non-spacing marks and lower the case of every code point by itself.</param>
    public static ReadOnlySpan<char> Normalize(ReadOnlySpan<char> text, bool lowercase)
    {
        // An ideograph of one unit gets two blanks; nothing grows more.
        char[] cleaned = new char[checked(text.Length * 3)];
        int count = 0;
        for (int at = 0; at < text.Length;)
        {
            int codePoint = CodePoints.Read(text, at, out int length);
            at += length;
            if (codePoint is '\t' or '\n' or '\r' || (codePoint >= 0x80 ? IsBlank(codePoint) : codePoint == ' '))
            {
                cleaned[count++] = ' ';
            }
            else if (IsIdeograph(codePoint))
            {
                cleaned[count++] = ' ';
                count += CodePoints.Write(codePoint, cleaned.AsSpan(count));
                cleaned[count++] = ' ';
            }
            else if (!IsRemoved(codePoint))
            {
                count += CodePoints.Write(codePoint, cleaned.AsSpan(count));
            }
        }

        ReadOnlySpan<char> result = cleaned.AsSpan(0, count);
        return lowercase ? LowerWithoutMarks(Normalizer.ToNfd(result)) : result;
    }

    /// <summary>Punctuation as BERT sees it: category P*, and all ASCII that is neither letter, digit, control nor blank.</summary>
    public static bool IsPunctuation(int codePoint) => codePoint < 0x80
        ? codePoint is (>= 33 and <= 47) or (>= 58 and <= 64) or (>= 91 and <= 96) or (>= 123 and <= 126)
        : CharUnicodeInfo.GetUnicodeCategory(codePoint) is UnicodeCategory.ConnectorPunctuation
            or UnicodeCategory.DashPunctuation or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation
            or UnicodeCategory.InitialQuotePunctuation or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    private static char[] LowerWithoutMarks(ReadOnlySpan<char> text)
    {
        char[] lowered = new char[checked(text.Length * 2)];
        int count = 0;
        for (int at = 0; at < text.Length;)
        {
            int codePoint = CodePoints.Read(text, at, out int length);
            at += length;
            if (codePoint < 0x300 || CharUnicodeInfo.GetUnicodeCategory(codePoint) != UnicodeCategory.NonSpacingMark)
            {
                count += CodePoints.Write(NormalizationData.ToLower(codePoint), lowered.AsSpan(count));
            }
        }

        return lowered.AsSpan(0, count).ToArray();
    }

    /// <summary>White space that is not a control character: U+0085 is removed instead.</summary>
    private static bool IsBlank(int codePoint) => codePoint != 0x85 && CodePoints.IsWhiteSpace(codePoint);

    private static bool IsRemoved(int codePoint) => codePoint is 0 or 0xFFFD
        || (codePoint < 0x80
            ? codePoint is < 0x20 or 0x7F
            : CharUnicodeInfo.GetUnicodeCategory(codePoint)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate);

    /// <summary>The ideographs that stand for themselves; 0x2B920 is how the original spells the start of extension E.</summary>
    private static bool IsIdeograph(int c) => c is >= 0x3400
        and ((<= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x2A6DF)
            or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF)
            or (>= 0x2F800 and <= 0x2FA1F));
}
