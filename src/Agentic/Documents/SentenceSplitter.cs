using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Agentic.Documents;

/// <summary>Cuts a text into sentences whose spans follow each other without gap: together they are the whole text.</summary>
/// <remarks>
/// A sentence ends after <c>. ! ? …</c> (with closing quotes) followed by white space and no abbreviation, after the CJK marks
/// <c>。！？｡</c>, at a blank line, and at the end of a Markdown heading, table row or list item, which stay whole lines. White space belongs to the sentence
/// before it. Spans are UTF-16 offsets. Streams: memory does not grow with the text. Thread-safe.
/// </remarks>
public static class SentenceSplitter
{
    private static readonly FrozenSet<string> Abbreviations = new[]
    {
        "mr", "mrs", "ms", "dr", "prof", "capt", "col", "gen", "lt", "sgt", "rev", "hon", "st", "mt", "jr", "sr", "vs", "etc", "eg", "e.g", "i.e", "ie", "cf",
        "al", "approx", "no", "nos", "fig", "figs", "eq", "sec", "ch", "vol", "ed", "eds", "pp", "p", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
        "sep", "sept", "oct", "nov", "dec", "inc", "ltd", "co", "corp", "dept", "est", "viz", "ca", "c", "u.s", "u.k", "a.m", "p.m", "ph.d", "m.d", "z.b", "bzw", "usw", "ca", "nr",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> AbbreviationLookup = Abbreviations.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The sentences of <paramref name="text"/> in order.</summary>
    public static IEnumerable<TextSpan> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Split(text, new TextSpan(0, text.Length));
    }

    /// <summary>The sentences of a part of <paramref name="text"/>, with offsets into the whole text.</summary>
    public static IEnumerable<TextSpan> Split(string text, TextSpan part)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part.End, text.Length, nameof(part));
        int start = part.Start;
        while (start < part.End)
        {
            int end = EndOfSentence(text, start, part.End);
            yield return TextSpan.FromBounds(start, end);
            start = end;
        }
    }

    /// <summary>Whether the line that starts at <paramref name="offset"/> is a Markdown heading.</summary>
    internal static bool IsHeading(string text, int offset)
    {
        int hashes = 0;
        while (offset + hashes < text.Length && text[offset + hashes] == '#')
        {
            hashes++;
        }

        return hashes is > 0 and <= 6 && offset + hashes < text.Length && text[offset + hashes] is ' ' or '\t';
    }

    private static int EndOfSentence(string text, int start, int limit)
    {
        int i = start;
        while (i < limit && char.IsWhiteSpace(text[i]))
        {
            i++;
        }

        bool atLineStart = i == 0 || i == start || text[i - 1] == '\n';
        bool wholeLine = atLineStart && IsWholeLine(text, i, limit);
        for (; i < limit; i++)
        {
            char c = text[i];
            if (c == '\n')
            {
                if (wholeLine || NextLineBreaks(text, i + 1, limit))
                {
                    return SkipWhiteSpace(text, i, limit);
                }
            }
            else if (!wholeLine && c is '。' or '！' or '？' or '｡')
            {
                return SkipWhiteSpace(text, SkipClosers(text, i + 1, limit), limit);
            }
            else if (!wholeLine && c is '.' or '!' or '?' or '…')
            {
                int after = SkipClosers(text, i + 1, limit);
                if (after >= limit)
                {
                    return limit;
                }

                if (char.IsWhiteSpace(text[after]) && !GoesOn(text, after, limit) && !(c == '.' && ContinuesAfterDot(text, start, i)))
                {
                    return SkipWhiteSpace(text, after, limit);
                }

                i = after - 1;
            }
        }

        return limit;
    }

    /// <summary>Headings, table rows and list items end with their line.</summary>
    private static bool IsWholeLine(string text, int i, int limit) =>
        i < limit && (IsHeading(text, i) || text[i] == '|');

    /// <summary>Whether a new block begins at this line: blank line, heading, table row, list item or rule.</summary>
    private static bool NextLineBreaks(string text, int i, int limit)
    {
        while (i < limit && text[i] is ' ' or '\t' or '\r')
        {
            i++;
        }

        if (i >= limit || text[i] == '\n' || IsHeading(text, i))
        {
            return true;
        }

        char c = text[i];
        char next = i + 1 < limit ? text[i + 1] : '\n';
        if (c == '|' || (c is '-' or '*' or '+' or '•' && next == ' '))
        {
            return true;
        }

        int digits = i;
        while (digits < limit && digits - i < 3 && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        return digits > i && digits + 1 < limit && text[digits] is '.' or ')' && text[digits + 1] == ' ';
    }

    /// <summary>Whether a lower-case word follows in the same paragraph.</summary>
    private static bool GoesOn(string text, int after, int limit)
    {
        int next = after;
        int breaks = 0;
        while (next < limit && char.IsWhiteSpace(text[next]))
        {
            breaks += text[next++] == '\n' ? 1 : 0;
        }

        return next < limit && breaks < 2 && Rune.TryGetRuneAt(text, next, out Rune rune) && Rune.GetUnicodeCategory(rune) == UnicodeCategory.LowercaseLetter;
    }

    /// <summary>A dot that ends no sentence: after an abbreviation, an initial, or the number of a list item.</summary>
    private static bool ContinuesAfterDot(string text, int start, int dot)
    {
        int word = dot;
        while (word > start && (char.IsLetterOrDigit(text[word - 1]) || text[word - 1] == '.'))
        {
            word--;
        }

        ReadOnlySpan<char> before = text.AsSpan(word, dot - word);
        if (before.Length == 1 && char.IsUpper(before[0]) && (word == start || text[word - 1] is not ('-' or '–' or '/')))
        {
            return true;
        }

        // "No. 5" and "Fig. 3" go on with a number, titles with a capital; "etc. The" is rare enough to lose.
        if (before.Length > 0 && AbbreviationLookup.Contains(before))
        {
            return true;
        }

        // A number at the start of a line is a list marker: "1. First".
        return before.Length is > 0 and <= 3 && before.IndexOfAnyExceptInRange('0', '9') < 0 && AtLineStart(text, word);
    }

    private static bool AtLineStart(string text, int i)
    {
        while (i > 0 && text[i - 1] is ' ' or '\t')
        {
            i--;
        }

        return i == 0 || text[i - 1] == '\n';
    }

    private static int SkipClosers(string text, int i, int limit)
    {
        while (i < limit && text[i] is '.' or '!' or '?' or '…' or '"' or '\'' or '”' or '’' or '»' or ')' or ']' or '」' or '』' or '）' or '*' or '_' or '。' or '！' or '？')
        {
            i++;
        }

        return i;
    }

    private static int SkipWhiteSpace(string text, int i, int limit)
    {
        while (i < limit && char.IsWhiteSpace(text[i]))
        {
            i++;
        }

        return i;
    }
}
