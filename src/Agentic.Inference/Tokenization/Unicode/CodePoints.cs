using System.Globalization;
using System.Runtime.CompilerServices;

namespace Agentic.Inference.Tokenization.Unicode;

/// <summary>Reads code points from UTF-16 text and looks their classes up. Thread-safe.</summary>
/// <remarks>Categories are the runtime's own data (not the operating system's); pages of 256 are filled on first use.</remarks>
internal static class CodePoints
{
    private static readonly CodePointClass[]?[] s_pages = new CodePointClass[0x1100][];

    /// <summary>The class of a code point, 0 to 0x10FFFF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CodePointClass ClassOf(int codePoint) =>
        (s_pages[codePoint >> 8] ?? Fill(codePoint >> 8))[codePoint & 0xFF];

    /// <summary>The class of the code point that begins at <paramref name="at"/>, and its length in UTF-16 units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CodePointClass ClassAt(ReadOnlySpan<char> text, int at, out int length)
    {
        char c = text[at];
        if (!char.IsSurrogate(c))
        {
            length = 1;
            return ClassOf(c);
        }

        return ClassOf(Read(text, at, out length));
    }

    /// <summary>The code point that begins at <paramref name="at"/>; a lone surrogate is returned as it is, length 1.</summary>
    public static int Read(ReadOnlySpan<char> text, int at, out int length)
    {
        char c = text[at];
        if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            length = 2;
            return char.ConvertToUtf32(c, text[at + 1]);
        }

        length = 1;
        return c;
    }

    /// <summary>Writes a code point (or a lone surrogate) as UTF-16; returns 1 or 2.</summary>
    public static int Write(int codePoint, Span<char> target)
    {
        if (codePoint < 0x10000)
        {
            target[0] = (char)codePoint;
            return 1;
        }

        target[0] = (char)(0xD7C0 + (codePoint >> 10));
        target[1] = (char)(0xDC00 | (codePoint & 0x3FF));
        return 2;
    }

    /// <summary>The White_Space property.</summary>
    public static bool IsWhiteSpace(int c) =>
        c is (>= 0x09 and <= 0x0D) or 0x20 or 0x85 or 0xA0 or 0x1680 or (>= 0x2000 and <= 0x200A)
            or 0x2028 or 0x2029 or 0x202F or 0x205F or 0x3000;

    private static CodePointClass[] Fill(int page)
    {
        var classes = new CodePointClass[256];
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = Compute((page << 8) | i);
        }

        return s_pages[page] = classes;
    }

    private static CodePointClass Compute(int c)
    {
        CodePointClass result = CharUnicodeInfo.GetUnicodeCategory(c) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.TitlecaseLetter => CodePointClass.Letter | CodePointClass.Upper,
            UnicodeCategory.LowercaseLetter => CodePointClass.Letter | CodePointClass.Lower,
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => CodePointClass.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
                or UnicodeCategory.OtherNumber => CodePointClass.Number,
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark => CodePointClass.Mark,
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator => CodePointClass.Symbol,
            _ => CodePointClass.Sign,
        };
        if (IsWhiteSpace(c))
        {
            result = CodePointClass.Space | (c is '\r' or '\n' ? CodePointClass.NewLine : 0);
        }

        return Normalizer.MayChangeUnderNfc(c) ? result | CodePointClass.NfcUnsafe : result;
    }
}
