namespace Agentic.Inference.Constraints;

/// <summary>Code points as sequences of UTF-8 bytes; equal continuations are stated once for all bytes that lead to them.</summary>
internal static class Utf8Ranges
{
    // By length in bytes: first code point, last code point, lead byte of code point 0.
    private static readonly (int First, int Last, int Lead)[] Lengths =
        [(0, 0x7F, 0), (0x80, 0x7FF, 0xC0), (0x800, 0xFFFF, 0xE0), (0x10000, 0x10FFFF, 0xF0)];

    // All characters of a length: what classes that exclude a few characters have in common.
    private static readonly GrammarNode[] All = [.. Lengths.Select((_, length) => Of(CodePointSet.All, length)!)];

    /// <summary>The expression of one code point of a set.</summary>
    public static GrammarNode Node(CodePointSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var options = new List<GrammarNode>();
        for (int length = 0; length < Lengths.Length; length++)
        {
            if (Of(set, length) is { } node)
            {
                options.Add(node);
            }
        }

        return GrammarNode.AnyOf(options);
    }

    /// <summary>The members that take so many bytes more than one; null when there are none.</summary>
    private static GrammarNode? Of(CodePointSet set, int length)
    {
        (int first, int last, int lead) = Lengths[length];
        (int First, int Last)[] ranges = [.. Cut(set, first, last)];
        bool all = ranges.Sum(range => range.Last - range.First + 1) == last - first + 1 - (length == 2 ? 0x800 : 0);
        return ranges.Length == 0 ? null : all && All is not null ? All[length] : Tail(ranges, length, lead);
    }

    /// <summary>A lead or continuation byte with <paramref name="more"/> bytes to come; <paramref name="mark"/> is added to the bits it carries.</summary>
    private static GrammarNode Tail((int First, int Last)[] ranges, int more, int mark)
    {
        int unit = 1 << (6 * more);
        var groups = new List<((int First, int Last)[] More, ByteSet Bytes)>();
        for (int value = ranges[0].First / unit; value <= ranges[^1].Last / unit; value++)
        {
            (int First, int Last)[] rest = [.. Cut(ranges, value * unit, value * unit + unit - 1).Select(r => (r.First - value * unit, r.Last - value * unit))];
            if (rest.Length > 0)
            {
                int known = groups.FindIndex(group => group.More.AsSpan().SequenceEqual(rest));
                ByteSet bytes = ByteSet.Of((byte)(mark + value));
                if (known < 0)
                {
                    groups.Add((rest, bytes));
                }
                else
                {
                    groups[known] = (rest, groups[known].Bytes | bytes);
                }
            }
        }

        return GrammarNode.AnyOf([.. groups.Select(group => more == 0
            ? GrammarNode.Byte(group.Bytes)
            : GrammarNode.Sequence(GrammarNode.Byte(group.Bytes), Tail(group.More, more - 1, 0x80)))]);
    }

    private static IEnumerable<(int First, int Last)> Cut(IEnumerable<(int First, int Last)> ranges, int first, int last) =>
        ranges.Where(range => range.First <= last && range.Last >= first)
            .Select(range => (Math.Max(range.First, first), Math.Min(range.Last, last)));
}
