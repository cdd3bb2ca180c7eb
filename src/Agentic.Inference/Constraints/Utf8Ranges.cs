namespace Agentic.Inference.Constraints;

/// <summary>Code points as sequences of UTF-8 bytes; equal continuations are stated once for all bytes that lead to them.</summary>
internal static class Utf8Ranges
{
    // By length in bytes: first code point, last code point, lead byte of code point 0.
    private static readonly (int First, int Last, int Lead)[] Lengths =
        [(0, 0x7F, 0), (0x80, 0x7FF, 0xC0), (0x800, 0xFFFF, 0xE0), (0x10000, 0x10FFFF, 0xF0)];

    // What most classes that exclude a few characters have in common.
    private static readonly GrammarNode BeyondAscii = Node(CodePointSet.All, 1);

    /// <summary>The expression of one code point of a set.</summary>
    public static GrammarNode Node(CodePointSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (!set.Any(range => range is { First: <= 0x80, Last: 0xD7FF }) || !set.Any(range => range is { First: 0xE000, Last: 0x10FFFF }))
        {
            return Node(set, 0);
        }

        (int, int)[] ascii = [.. Cut(set, 0, 0x7F)];
        return ascii.Length == 0 ? BeyondAscii : GrammarNode.AnyOf(Tail(ascii, 0, 0), BeyondAscii);
    }

    private static GrammarNode Node(CodePointSet set, int shortest)
    {
        var options = new List<GrammarNode>();
        for (int length = shortest; length < Lengths.Length; length++)
        {
            (int first, int last, int lead) = Lengths[length];
            (int, int)[] ranges = [.. Cut(set, first, last)];
            if (ranges.Length > 0)
            {
                options.Add(Tail(ranges, length, lead));
            }
        }

        return GrammarNode.AnyOf(options);
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
