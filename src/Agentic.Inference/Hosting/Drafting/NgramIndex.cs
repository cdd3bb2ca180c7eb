namespace Agentic.Inference.Hosting.Drafting;

/// <summary>
/// Finds where the last tokens of a growing sequence stood before: chains of the positions that end with the same pair of tokens, latest first,
/// and the same for single tokens. Adding and finding take constant time; memory is 20 to 40 bytes a token.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class NgramIndex
{
    /// <summary>Most tokens that are compared.</summary>
    public const int LongestMatch = 32;

    // Earlier places that are compared, and looked at when others share their place in the table.
    private const int Candidates = 16;
    private const int Steps = 4 * Candidates;
    private const int LeastBuckets = 1 << 10;
    private const int MostBuckets = 1 << 16;

    private int[] _tokens;
    private int[] _before;
    private int[] _pairs;
    private int[] _singles;

    /// <param name="tokens">The beginning of the sequence.</param>
    public NgramIndex(ReadOnlySpan<int> tokens)
    {
        _tokens = [];
        (_before, _pairs, _singles) = ([], [], []);
        Grow(Math.Max(64, tokens.Length + tokens.Length / 4));
        foreach (int token in tokens)
        {
            Add(token);
        }
    }

    /// <summary>Tokens so far.</summary>
    public int Count { get; private set; }

    /// <summary>The token at a position, one of <see cref="Guess"/> included.</summary>
    public int this[int position] => _tokens[position];

    /// <summary>Appends a token.</summary>
    public void Add(int token)
    {
        if (Count == _tokens.Length)
        {
            Grow(2 * Count);
        }

        _tokens[Count] = token;
        Enter(Count++);
    }

    /// <summary>Writes a token behind the sequence that may be followed by others, and is forgotten by <see cref="Add"/>.</summary>
    /// <param name="ahead">How many such tokens come before it.</param>
    /// <param name="token">The token.</param>
    public void Guess(int ahead, int token)
    {
        if (Count + ahead == _tokens.Length)
        {
            Grow(2 * _tokens.Length);
        }

        _tokens[Count + ahead] = token;
    }

    /// <summary>The longest match of the tokens before <paramref name="end"/>, the latest of equally long ones.</summary>
    /// <param name="end">A position up to <see cref="Count"/>, or behind so many guesses.</param>
    public NgramMatch Find(int end)
    {
        if (end == 0)
        {
            return default;
        }

        NgramMatch best = default;
        if (end > 1)
        {
            int at = _pairs[Pair(_tokens[end - 2], _tokens[end - 1])] - 1;
            int tries = 0;
            for (int step = 0; at >= 0 && step < Steps && tries < Candidates; step++, at = _before[at] - 1)
            {
                int length = at + 1 < end ? Common(at, end - 1) : 0;
                tries += length > 1 ? 1 : 0;
                if (length > Math.Max(1, best.Length))
                {
                    best = new NgramMatch(at + 1, length, false);
                    if (length == LongestMatch)
                    {
                        break;
                    }
                }
            }
        }

        return best.Length > 0 ? best : Single(end);
    }

    /// <summary>The match after one more token, which followed at the other place too.</summary>
    public static NgramMatch Extend(NgramMatch match) => new(match.Next + 1, Math.Min(match.Length + 1, LongestMatch), false);

    private NgramMatch Single(int end)
    {
        int token = _tokens[end - 1];
        int found = -1;
        int at = _singles[Bucket(token)] - 1;
        for (int step = 0; at >= 0 && step < Steps; step++, at = _before[at + _tokens.Length] - 1)
        {
            if (at + 1 >= end || _tokens[at] != token)
            {
                continue; // itself, or another token of the bucket
            }

            if (found >= 0)
            {
                return new NgramMatch(found + 1, 1, false);
            }

            found = at;
        }

        return found < 0 ? default : new NgramMatch(found + 1, 1, at < 0);
    }

    private int Common(int one, int other)
    {
        int length = 0;
        while (length < LongestMatch && one - length >= 0 && _tokens[one - length] == _tokens[other - length])
        {
            length++;
        }

        return length;
    }

    private void Enter(int position)
    {
        int bucket = Bucket(_tokens[position]);
        _before[position + _tokens.Length] = _singles[bucket];
        _singles[bucket] = position + 1;
        if (position > 0)
        {
            ref int pair = ref _pairs[Pair(_tokens[position - 1], _tokens[position])];
            _before[position] = pair;
            pair = position + 1;
        }
    }

    private int Bucket(int token) => (int)((uint)token * 2654435769u >> 7) & (_singles.Length - 1);

    private int Pair(int one, int other) => (int)((((ulong)(uint)one << 32) | (uint)other) * 0x9E3779B97F4A7C15ul >> 40) & (_pairs.Length - 1);

    private void Grow(int capacity)
    {
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity);
        Array.Resize(ref _tokens, size);
        _before = new int[2 * size];
        _pairs = new int[size];
        _singles = new int[Math.Clamp(size, LeastBuckets, MostBuckets)];
        for (int position = 0; position < Count; position++)
        {
            Enter(position);
        }
    }
}
