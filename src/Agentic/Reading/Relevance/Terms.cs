using System.Collections.Frozen;

namespace Agentic.Reading.Relevance;

/// <summary>The words of a text that carry meaning, lightly stemmed; CJK text as pairs of characters. Thread-safe.</summary>
public static class Terms
{
    private static readonly FrozenSet<string> StopWords = (
        "a an the of to in on at by for from with without into onto over under as is are was were be been being am do does did done has have had having will would shall should can could may might must "
        + "it its he she they them his her their our your my me we you i this that these those there here who whom whose which what when where why how and or but not no nor so than then if else "
        + "up down out off about between during before after through all any each some such only own same too very just also s t re ve ll d m")
        .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> StopWordLookup = StopWords.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Terms of a text in order, with repetitions; stop words left out.</summary>
    public static List<string> Of(ReadOnlySpan<char> text)
    {
        var terms = new List<string>();
        Visit(text, terms, static (list, term, _) => list.Add(term.ToString()));
        return terms;
    }

    /// <summary>Calls <paramref name="visit"/> for every term with the offset of its word; nothing is allocated.</summary>
    internal static void Visit<T>(ReadOnlySpan<char> text, T state, Visitor<T> visit)
    {
        Span<char> word = stackalloc char[64];
        int i = 0;
        while (i < text.Length)
        {
            if (IsIdeograph(text[i]))
            {
                // A pair of characters is the nearest thing to a word that needs no dictionary.
                int pair = i + 1 < text.Length && IsIdeograph(text[i + 1]) ? 2 : 1;
                visit(state, text.Slice(i, pair), i);
                i++;
                continue;
            }

            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            int start = i;
            int length = 0;
            while (i < text.Length && IsWordPart(text, i) && !IsIdeograph(text[i]))
            {
                if (length < word.Length)
                {
                    word[length++] = Fold(text[i]);
                }

                i++;
            }

            ReadOnlySpan<char> term = word[..length];
            if (!StopWordLookup.Contains(term))
            {
                visit(state, Stem(term), start);
            }
        }
    }

    internal delegate void Visitor<in T>(T state, ReadOnlySpan<char> term, int offset);

    /// <summary>Letters and digits; marks inside numbers and hyphenated codes: 3,120 and 17:42, but not well-known.</summary>
    private static bool IsWordPart(ReadOnlySpan<char> text, int i) =>
        char.IsLetterOrDigit(text[i])
        || (text[i] is '.' or ',' or ':' && i > 0 && char.IsAsciiDigit(text[i - 1]) && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]));

    /// <summary>English endings that change no meaning for search: plural, -ed, -ing, -ly. Too light to merge different words.</summary>
    private static ReadOnlySpan<char> Stem(ReadOnlySpan<char> word)
    {
        if (word.Length < 4 || char.IsAsciiDigit(word[0]))
        {
            return word;
        }

        if (word.EndsWith("ies") && word.Length > 4)
        {
            return word[..^2];
        }

        if (word.EndsWith("es") && word.Length > 4 && word[^3] is 's' or 'x' or 'z' or 'h')
        {
            return word[..^2];
        }

        if (word[^1] == 's' && word[^2] is not ('s' or 'u' or 'i'))
        {
            word = word[..^1];
        }

        if (word.EndsWith("ing") && word.Length > 5)
        {
            word = word[..^3];
            return Undouble(word);
        }

        if (word.EndsWith("ed") && word.Length > 4)
        {
            word = word[..^2];
            return Undouble(word);
        }

        if (word.EndsWith("ly") && word.Length > 5)
        {
            return word[..^2];
        }

        if (word[^1] == 'y' && word.Length > 3)
        {
            return word[..^1];
        }

        return word[^1] == 'e' && word.Length > 4 ? word[..^1] : word;
    }

    private static ReadOnlySpan<char> Undouble(ReadOnlySpan<char> word) =>
        word.Length > 3 && word[^1] == word[^2] && word[^1] is not ('l' or 's' or 'z') ? word[..^1] : word;

    private static char Fold(char c)
    {
        c = char.ToLowerInvariant(c);
        return c switch
        {
            < '\u00C0' => c,
            'á' or 'à' or 'â' or 'ä' or 'ã' or 'å' => 'a',
            'é' or 'è' or 'ê' or 'ë' => 'e',
            'í' or 'ì' or 'î' or 'ï' => 'i',
            'ó' or 'ò' or 'ô' or 'ö' or 'õ' or 'ø' => 'o',
            'ú' or 'ù' or 'û' or 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            _ => c,
        };
    }

    private static bool IsIdeograph(char c) => c is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7AF') or (>= '\uF900' and <= '\uFAFF');
}
