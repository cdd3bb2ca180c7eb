namespace Agentic.Inference.Constraints.Automata;

/// <summary>Runs two automata side by side: their intersection or difference.</summary>
internal static class AutomatonProduct
{
    public static ByteAutomaton Build(ByteAutomaton left, ByteAutomaton right, bool subtract, int maxStates)
    {
        var table = new AutomatonTable(ByteClasses.Of(Sets(left).Concat(Sets(right))).Classes, maxStates);
        var pairs = new Dictionary<(int Left, int Right), int>();
        var open = new Queue<(int Left, int Right)>();
        if (!left.IsEmpty)
        {
            Find(left.Start, right.IsEmpty ? -1 : right.Start);
        }

        while (open.TryDequeue(out (int Left, int Right) pair))
        {
            foreach ((ByteSet bytes, int to) in left.Edges(pair.Left))
            {
                ByteSet rest = bytes;
                foreach ((ByteSet other, int target) in pair.Right < 0 ? [] : right.Edges(pair.Right))
                {
                    if (!(rest & other).IsEmpty)
                    {
                        table.Connect(pairs[pair], rest & other, Find(to, target));
                        rest &= ~other;
                    }
                }

                if (subtract && !rest.IsEmpty)
                {
                    table.Connect(pairs[pair], rest, Find(to, -1));
                }
            }
        }

        return table.Minimise();

        int Find(int one, int other)
        {
            if (!pairs.TryGetValue((one, other), out int id))
            {
                id = table.Add(left.Accepts(one) && (other >= 0 && right.Accepts(other)) != subtract);
                pairs.Add((one, other), id);
                open.Enqueue((one, other));
            }

            return id;
        }
    }
    private static IEnumerable<ByteSet> Sets(ByteAutomaton automaton) =>
        Enumerable.Range(0, automaton.StateCount).SelectMany(state => automaton.Edges(state).ToArray().Select(edge => edge.Bytes));
}
