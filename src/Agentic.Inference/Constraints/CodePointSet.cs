using System.Collections;

namespace Agentic.Inference.Constraints;

/// <summary>A set of Unicode scalar values: code points without surrogates. Immutable; enumerates its ranges in ascending order, apart and not touching.</summary>
public sealed class CodePointSet : IEnumerable<(int First, int Last)>
{
    private const int Largest = 0x10FFFF;
    private readonly (int First, int Last)[] _ranges;

    private CodePointSet((int First, int Last)[] ranges) => _ranges = ranges;

    /// <summary>No code point.</summary>
    public static CodePointSet Empty { get; } = new([]);

    /// <summary>Every scalar value.</summary>
    public static CodePointSet All { get; } = new([(0, 0xD7FF), (0xE000, Largest)]);

    /// <summary>True without members.</summary>
    public bool IsEmpty => _ranges.Length == 0;

    /// <summary>The number of members.</summary>
    public int Count => _ranges.Sum(range => range.Last - range.First + 1);

    /// <summary>One code point; nothing for a surrogate.</summary>
    public static CodePointSet Of(int codePoint) => Of((codePoint, codePoint));

    /// <summary>The members of ranges, both ends included, in any order and overlapping if they like; surrogates and numbers beyond Unicode are left out.</summary>
    public static CodePointSet Of(params IEnumerable<(int First, int Last)> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var merged = new List<(int First, int Last)>();
        foreach ((int first, int last) in ranges.SelectMany(Scalars).OrderBy(range => range.First))
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
            {
                merged[^1] = (merged[^1].First, Math.Max(last, merged[^1].Last));
            }
            else
            {
                merged.Add((first, last));
            }
        }

        return new CodePointSet([.. merged]);
    }

    /// <summary>The code points of a text, each once.</summary>
    public static CodePointSet Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Of(text.EnumerateRunes().Select(rune => (rune.Value, rune.Value)));
    }

    /// <summary>Whether a code point is a member.</summary>
    public bool Contains(int codePoint)
    {
        int low = 0, high = _ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (codePoint > _ranges[middle].Last)
            {
                low = middle + 1;
            }
            else if (codePoint < _ranges[middle].First)
            {
                high = middle - 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Members of either set.</summary>
    public CodePointSet Union(CodePointSet other) => Of(this.Concat(other));

    /// <summary>Scalar values that are no members.</summary>
    public CodePointSet Complement()
    {
        var gaps = new List<(int, int)>(_ranges.Length + 1);
        int next = 0;
        foreach ((int first, int last) in _ranges)
        {
            gaps.Add((next, first - 1));
            next = last + 1;
        }

        gaps.Add((next, Largest));
        return Of(gaps);
    }

    /// <summary>Members of both sets.</summary>
    public CodePointSet Intersect(CodePointSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Complement().Union(other.Complement()).Complement();
    }

    /// <summary>Members of this set that are not in the other.</summary>
    public CodePointSet Except(CodePointSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Complement().Union(other).Complement();
    }

    /// <inheritdoc/>
    public IEnumerator<(int First, int Last)> GetEnumerator() => _ranges.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // Cuts a range to what is Unicode and around the surrogates.
    private static IEnumerable<(int First, int Last)> Scalars((int First, int Last) range)
    {
        (int low, int lowLast) = (Math.Max(range.First, 0), Math.Min(range.Last, 0xD7FF));
        (int high, int highLast) = (Math.Max(range.First, 0xE000), Math.Min(range.Last, Largest));
        if (low <= lowLast)
        {
            yield return (low, lowLast);
        }

        if (high <= highLast)
        {
            yield return (high, highLast);
        }
    }
}
