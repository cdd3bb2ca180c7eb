using System.Runtime.InteropServices;

namespace Agentic.Inference.Tokenization.Unicode;

/// <summary>Unicode normalisation forms C and D from our own tables (UAX #15), linear in the text. Thread-safe.</summary>
/// <remarks>
/// The runtime's <see cref="string.Normalize()"/> asks the operating system, and does nothing at all under invariant
/// globalisation. Lone surrogates pass through unchanged.
/// </remarks>
internal static class Normalizer
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28, HangulCount = LeadCount * VowelCount * TailCount;

    /// <summary>The text in form C; the same memory when it is so already.</summary>
    /// <remarks>Only the stretches that may change are taken apart: each from the code point before it to the next safe one.</remarks>
    public static ReadOnlySpan<char> ToNfc(ReadOnlySpan<char> text)
    {
        int unsafeAt = FindUnsafe(text, 0);
        if (unsafeAt < 0)
        {
            return text;
        }

        var result = new List<char>(text.Length + 16);
        int done = 0;
        for (; unsafeAt >= 0; unsafeAt = FindUnsafe(text, done))
        {
            int start = Math.Max(done, unsafeAt - 1);
            if (start > done && char.IsLowSurrogate(text[start]) && char.IsHighSurrogate(text[start - 1]))
            {
                start--;
            }

            int end = unsafeAt;
            while (end < text.Length && (CodePoints.ClassAt(text, end, out int length) & CodePointClass.NfcUnsafe) != 0)
            {
                end += length;
            }

            result.AddRange(text[done..start]);
            List<int> points = Decompose(text[start..end]);
            Compose(points);
            result.AddRange(ToUtf16(points));
            done = end;
        }

        result.AddRange(text[done..]);
        return CollectionsMarshal.AsSpan(result);
    }

    /// <summary>The text in form D.</summary>
    public static ReadOnlySpan<char> ToNfd(ReadOnlySpan<char> text) =>
        text.IndexOfAnyExceptInRange('\0', '\u00BF') < 0 ? text : ToUtf16(Decompose(text));

    /// <summary>True for a code point that form C may change, move or join to its neighbour.</summary>
    public static bool MayChangeUnderNfc(int codePoint)
    {
        if (codePoint < 0x300)
        {
            return false;
        }

        if (codePoint is (>= VowelBase and < VowelBase + VowelCount) or (> TailBase and < TailBase + TailCount)
            || NormalizationData.CombiningClass(codePoint) != 0)
        {
            return true;
        }

        NormalizationData data = NormalizationData.Instance;
        return data.IsSecond(codePoint)
            || (data.TryDecompose(codePoint, out int first, out int second)
                && (second == 0 || data.Compose(first, second) != codePoint));
    }

    /// <summary>The first code point from <paramref name="at"/> on that may change, or -1.</summary>
    private static int FindUnsafe(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length)
        {
            // Nothing below U+0300 can change.
            int step = text[at..].IndexOfAnyExceptInRange('\0', '\u02FF');
            if (step < 0)
            {
                break;
            }

            at += step;
            if ((CodePoints.ClassAt(text, at, out int length) & CodePointClass.NfcUnsafe) != 0)
            {
                return at;
            }

            at += length;
        }

        return -1;
    }

    /// <summary>Appends the canonical decomposition of one code point, not yet ordered.</summary>
    private static void Append(List<int> points, int codePoint)
    {
        int syllable = codePoint - HangulBase;
        if ((uint)syllable < HangulCount)
        {
            points.Add(LeadBase + (syllable / (VowelCount * TailCount)));
            points.Add(VowelBase + (syllable / TailCount % VowelCount));
            if (syllable % TailCount != 0)
            {
                points.Add(TailBase + (syllable % TailCount));
            }
        }
        else if (codePoint >= 0xC0 && NormalizationData.Instance.TryDecompose(codePoint, out int first, out int second))
        {
            // Only the first part decomposes further, and never more than four deep.
            Append(points, first);
            if (second != 0)
            {
                points.Add(second);
            }
        }
        else
        {
            points.Add(codePoint);
        }
    }

    private static List<int> Decompose(ReadOnlySpan<char> text)
    {
        var points = new List<int>(text.Length + 16);
        for (int at = 0; at < text.Length;)
        {
            int codePoint = CodePoints.Read(text, at, out int length);
            Append(points, codePoint);
            at += length;
        }

        Reorder(points);
        return points;
    }

    /// <summary>Sorts every run of combining marks by class, keeping the order within a class.</summary>
    private static void Reorder(List<int> points)
    {
        for (int i = 0; i < points.Count; i++)
        {
            if (points[i] < 0x300 || NormalizationData.CombiningClass(points[i]) == 0)
            {
                continue;
            }

            int start = i;
            var keys = new List<long>();
            for (int kind; i < points.Count && (kind = NormalizationData.CombiningClass(points[i])) != 0; i++)
            {
                keys.Add(((long)kind << 55) | ((long)(i - start) << 21) | (uint)points[i]);
            }

            keys.Sort();
            for (int k = 0; k < keys.Count; k++)
            {
                points[start + k] = (int)(keys[k] & 0x1FFFFF);
            }
        }
    }

    /// <summary>Joins marks to the last starter before them unless a mark of the same or a higher class stands between.</summary>
    private static void Compose(List<int> points)
    {
        int starter = -1, written = 0, lastClass = 0;
        for (int i = 0; i < points.Count; i++)
        {
            int point = points[i];
            int kind = NormalizationData.CombiningClass(point);
            bool adjacent = starter == written - 1;
            if (starter >= 0 && (adjacent || (lastClass < kind && lastClass != 0)))
            {
                int joined = ComposePair(points[starter], point);
                if (joined != 0)
                {
                    points[starter] = joined;
                    continue;
                }
            }

            if (kind == 0)
            {
                starter = written;
            }

            lastClass = kind;
            points[written++] = point;
        }

        points.RemoveRange(written, points.Count - written);
    }

    private static int ComposePair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < LeadCount && second - VowelBase is >= 0 and < VowelCount)
        {
            return HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TailCount);
        }

        int syllable = first - HangulBase;
        if (syllable is >= 0 and < HangulCount && syllable % TailCount == 0
            && second - TailBase is > 0 and < TailCount)
        {
            return first + second - TailBase;
        }

        return NormalizationData.Instance.Compose(first, second);
    }

    private static char[] ToUtf16(List<int> points)
    {
        var text = new char[points.Count * 2];
        int length = 0;
        foreach (int point in points)
        {
            length += CodePoints.Write(point, text.AsSpan(length));
        }

        return text.AsSpan(0, length).ToArray();
    }
}
