using Agentic.Inference.Constraints.Earley;

namespace Agentic.Inference.Constraints.Masks;

/// <summary>
/// Finds how much text a set takes as it comes, by going through all sets that letters lead to, level by level. Letters are first those that
/// the set itself takes, then those that the sets after one letter take as well.
/// </summary>
internal sealed class TextRunFinder
{
    // A text that takes more sets than this is read token by token.
    private const int MostSets = 64;
    private const int FewestLetters = 8;

    // UTF-8 beyond ASCII as an automaton (The Unicode Standard, table 3-7): state 0 between code points; bytes that lead from state to state.
    private static readonly (int From, byte First, byte Last, int To)[] Utf8 =
    [
        (0, 0xC2, 0xDF, 1), (0, 0xE0, 0xE0, 4), (0, 0xE1, 0xEC, 2), (0, 0xED, 0xED, 5), (0, 0xEE, 0xEF, 2), (0, 0xF0, 0xF0, 6), (0, 0xF1, 0xF3, 3), (0, 0xF4, 0xF4, 7),
        (1, 0x80, 0xBF, 0), (2, 0x80, 0xBF, 1), (3, 0x80, 0xBF, 2), (4, 0xA0, 0xBF, 1), (5, 0x80, 0x9F, 1), (6, 0x90, 0xBF, 2), (7, 0x80, 0x8F, 2),
    ];

    private readonly ItemSetTable _table;
    private readonly (byte Sample, ByteSet Bytes)[] _letters;
    private readonly (byte Sample, int To)[][] _wide;
    private readonly HashSet<ItemSet> _seen = [];
    private readonly HashSet<(ItemSet, int)> _inside = [];
    private readonly Stack<(ItemSet Set, int State)> _open = [];

    /// <param name="table">The sets.</param>
    /// <param name="writable">Bytes of plain text; grammars have no others.</param>
    public TextRunFinder(ItemSetTable table, ByteSet writable)
    {
        _table = table;
        _letters = [.. (PlainText.Ascii & writable).Members().GroupBy(value => table.Machine.ClassOf[value])
            .Select(group => (group.First(), group.Aggregate(ByteSet.Empty, (set, value) => set | ByteSet.Of(value))))];
        _wide = [.. Enumerable.Range(0, 8).Select(state => Utf8.Where(edge => edge.From == state)
            .SelectMany(edge => (ByteSet.Range(edge.First, edge.Last) & writable).Members().Select(value => (value, edge.To)))
            .DistinctBy(edge => (table.Machine.ClassOf[edge.Item1], edge.To)).ToArray())];
    }

    /// <summary>How much text can be read from a set on.</summary>
    public TextRun Find(ItemSet set) => set.Text ??= Compute(set);

    private TextRun Compute(ItemSet set)
    {
        (byte Sample, ByteSet Bytes)[] letters = Taken(set, _letters);
        if (letters.Sum(letter => letter.Bytes.Count) < FewestLetters)
        {
            return TextRun.None;
        }

        bool wide = Wide(set, null);
        (int points, bool stops) = Levels(set, letters, wide);
        if (points < 4 && !stops)
        {
            (byte Sample, ByteSet Bytes)[] fewer = letters;
            foreach ((byte sample, _) in letters)
            {
                fewer = Taken(_table.Step(set, sample)!, fewer);
            }

            if (fewer.Length < letters.Length && fewer.Sum(letter => letter.Bytes.Count) >= FewestLetters)
            {
                (int more, bool ends) = Levels(set, fewer, wide);
                (letters, points, stops) = more > points ? (fewer, more, ends) : (letters, points, stops);
            }
        }

        ulong low = 0, high = 0;
        foreach (byte value in letters.SelectMany(letter => letter.Bytes.Members()))
        {
            low |= value < 64 ? 1ul << value : 0;
            high |= value >= 64 ? 1ul << value : 0;
        }

        bool full = wide && letters.Length == _letters.Length;
        return points == 0 ? TextRun.None : new TextRun(points, low, high, wide, full, stops && full);
    }

    private (byte Sample, ByteSet Bytes)[] Taken(ItemSet set, (byte Sample, ByteSet Bytes)[] letters) =>
        [.. letters.Where(letter => _table.Step(set, letter.Sample) is not null)];

    /// <summary>How many letters can always be read, and whether nothing can be after them.</summary>
    private (int Points, bool Stops) Levels(ItemSet start, (byte Sample, ByteSet Bytes)[] letters, bool wide)
    {
        _seen.Clear();
        _seen.Add(start);
        List<ItemSet> level = [start];
        bool layered = true;
        for (int points = 0; points < TokenTrie.ShortBytes; points++)
        {
            var next = new List<ItemSet>();
            foreach (ItemSet set in level)
            {
                foreach ((byte sample, _) in letters)
                {
                    if (_table.Step(set, sample) is not { } to)
                    {
                        return (points, layered && level.TrueForAll(other => Taken(other, _letters).Length == 0 && !_wide[0].Any(edge => _table.Step(other, edge.Sample) is not null)));
                    }

                    Add(to);
                }

                if (wide && !Wide(set, Add))
                {
                    return (points, false);
                }
            }

            if (next.Count == 0)
            {
                return (TokenTrie.ShortBytes, false);
            }

            if (_seen.Count > MostSets)
            {
                return (points + 1, false);
            }

            level = next;

            void Add(ItemSet to)
            {
                if (_seen.Add(to))
                {
                    next.Add(to);
                }
                else
                {
                    layered &= next.Contains(to);
                }
            }
        }

        return (TokenTrie.ShortBytes, false);
    }

    /// <summary>Whether every code point from 128 on can be read; where they lead goes to <paramref name="add"/>.</summary>
    private bool Wide(ItemSet set, Action<ItemSet>? add)
    {
        _inside.Clear();
        _open.Clear();
        _open.Push((set, 0));
        while (_open.TryPop(out (ItemSet Set, int State) at))
        {
            foreach ((byte sample, int to) in _wide[at.State])
            {
                if (_table.Step(at.Set, sample) is not { } next)
                {
                    return false;
                }

                if (to == 0)
                {
                    add?.Invoke(next);
                }
                else if (_inside.Add((next, to)))
                {
                    _open.Push((next, to));
                }
            }
        }

        return true;
    }
}
