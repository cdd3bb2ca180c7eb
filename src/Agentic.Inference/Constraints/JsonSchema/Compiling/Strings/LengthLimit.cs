namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Keeps the words of an automaton that have so many code points, by counting beside it.</summary>
internal static class LengthLimit
{
    /// <summary>Words of UTF-8 with at least <paramref name="min"/> and at most <paramref name="max"/> code points; null = without limit.</summary>
    /// <remarks>The states of the automaton are multiplied by the numbers that are counted.</remarks>
    public static ByteAutomaton Apply(ByteAutomaton words, int min, int? max)
    {
        if (words.IsEmpty)
        {
            return words;
        }

        ByteSet within = ByteSet.Range(0x80, 0xBF);
        int most = max ?? min;
        var numbers = new Dictionary<(int State, int Count), int> { [(words.Start, 0)] = 0 };
        var places = new List<(int State, int Count)> { (words.Start, 0) };
        var edges = new List<List<(ByteSet Bytes, int To)>>();
        var sources = new List<List<int>> { new() };
        for (int place = 0; place < places.Count; place++)
        {
            (int state, int count) = places[place];
            edges.Add([]);
            foreach ((ByteSet bytes, int to) in words.Edges(state).ToArray())
            {
                Connect(place, bytes & within, to, count);
                if (count < most || max is null)
                {
                    Connect(place, bytes & ~within, to, Math.Min(count + 1, most));
                }
            }
        }

        return Pruned(edges, sources, [.. places.Select(place => place.Count >= min && words.Accepts(place.State))]);

        void Connect(int place, ByteSet bytes, int state, int count)
        {
            if (bytes.IsEmpty)
            {
                return;
            }

            if (!numbers.TryGetValue((state, count), out int to))
            {
                to = places.Count;
                numbers.Add((state, count), to);
                places.Add((state, count));
                sources.Add([]);
            }

            edges[place].Add((bytes, to));
            sources[to].Add(place);
        }
    }

    /// <summary>The automaton without the states from which no word ends; state 0 is the start.</summary>
    private static ByteAutomaton Pruned(List<List<(ByteSet Bytes, int To)>> edges, List<List<int>> sources, bool[] accepts)
    {
        int[] kept = new int[edges.Count];
        Array.Fill(kept, -1);
        var order = new List<int>();
        var open = new Stack<int>(Enumerable.Range(0, accepts.Length).Where(state => accepts[state]));
        while (open.TryPop(out int state))
        {
            if (kept[state] < 0)
            {
                kept[state] = order.Count;
                order.Add(state);
                sources[state].ForEach(open.Push);
            }
        }

        return kept[0] < 0 ? new ByteAutomaton([], [], 0) : new ByteAutomaton(
            [.. order.Select(state => edges[state].Where(edge => kept[edge.To] >= 0).Select(edge => (edge.Bytes, kept[edge.To])).ToArray())],
            [.. order.Select(state => accepts[state])],
            kept[0]);
    }
}
