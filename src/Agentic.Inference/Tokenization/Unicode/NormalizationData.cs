namespace Agentic.Inference.Tokenization.Unicode;

/// <summary>The generated tables in the shape the normaliser looks them up; built once, on first use.</summary>
internal sealed class NormalizationData
{
    private readonly Dictionary<int, (int First, int Second)> _decompositions = [];
    private readonly Dictionary<long, int> _compositions = [];
    private readonly HashSet<int> _seconds = [];

    private NormalizationData()
    {
        ReadOnlySpan<int> rows = UnicodeTables.Decompositions;
        ReadOnlySpan<int> exclusions = UnicodeTables.Exclusions;
        for (int i = 0; i < rows.Length; i += 3)
        {
            (int composed, int first, int second) = (rows[i], rows[i + 1], rows[i + 2]);
            _decompositions.Add(composed, (first, second));
            if (second != 0 && exclusions.BinarySearch(composed) < 0)
            {
                _compositions.Add(Key(first, second), composed);
                _seconds.Add(second);
            }
        }
    }

    public static NormalizationData Instance { get; } = new();

    /// <summary>One step of canonical decomposition; second is 0 for a singleton.</summary>
    public bool TryDecompose(int codePoint, out int first, out int second)
    {
        bool found = _decompositions.TryGetValue(codePoint, out (int First, int Second) parts);
        (first, second) = parts;
        return found;
    }

    /// <summary>The primary composite of a pair, or 0.</summary>
    public int Compose(int first, int second) => _compositions.GetValueOrDefault(Key(first, second));

    /// <summary>True for a code point that may join the one before it.</summary>
    public bool IsSecond(int codePoint) => _seconds.Contains(codePoint);

    /// <summary>The canonical combining class; 0 for starters.</summary>
    public static int CombiningClass(int codePoint)
    {
        ReadOnlySpan<int> rows = UnicodeTables.CombiningClasses;
        int row = LastRowAtOrBefore(rows, 3, codePoint);
        return row >= 0 && codePoint <= rows[row + 1] ? rows[row + 2] : 0;
    }

    /// <summary>Simple lower case, without locale or context.</summary>
    public static int ToLower(int codePoint)
    {
        if (codePoint < 0x80)
        {
            return codePoint is >= 'A' and <= 'Z' ? codePoint + 32 : codePoint;
        }

        ReadOnlySpan<int> rows = UnicodeTables.LowerCases;
        int row = LastRowAtOrBefore(rows, 4, codePoint);
        return row >= 0 && codePoint <= rows[row + 1] && (codePoint - rows[row]) % rows[row + 2] == 0
            ? codePoint + rows[row + 3]
            : codePoint;
    }

    private static int LastRowAtOrBefore(ReadOnlySpan<int> rows, int width, int codePoint)
    {
        (int low, int high) = (0, (rows.Length / width) - 1);
        while (low <= high)
        {
            int middle = (low + high) >> 1;
            if (rows[middle * width] <= codePoint)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high * width;
    }

    private static long Key(int first, int second) => ((long)first << 32) | (uint)second;
}
