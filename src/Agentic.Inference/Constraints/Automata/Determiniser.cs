namespace Agentic.Inference.Constraints.Automata;

/// <summary>Makes the deterministic automaton of an expression (subset construction).</summary>
internal static class Determiniser
{
    public static ByteAutomaton Build(GrammarNode node, int maxStates)
    {
        var nfa = new Nfa(null, null, maxStates * 4);
        int start = nfa.Add(), end = nfa.Add();
        nfa.Connect(node, start, end);
        var table = new AutomatonTable(maxStates);
        var subsets = new Dictionary<StateSubset, int>();
        var open = new Queue<(int Id, int[] States)>();
        Find([start]);
        while (open.TryDequeue(out (int Id, int[] States) subset))
        {
            foreach ((ByteSet bytes, List<int> targets) in Split(subset.States.SelectMany(state => nfa.ByteEdges[state])))
            {
                table.Connect(subset.Id, bytes, Find(targets));
            }
        }

        return table.Minimise();

        int Find(IEnumerable<int> states)
        {
            int[] closed = Close(nfa, states);
            var key = new StateSubset(closed);
            if (!subsets.TryGetValue(key, out int id))
            {
                id = table.Add(Array.BinarySearch(closed, end) >= 0);
                subsets.Add(key, id);
                open.Enqueue((id, closed));
            }

            return id;
        }
    }

    /// <summary>The states reached without reading, sorted.</summary>
    private static int[] Close(Nfa nfa, IEnumerable<int> states)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>(states);
        while (open.TryPop(out int state))
        {
            if (seen.Add(state))
            {
                foreach (int next in nfa.Epsilons[state])
                {
                    open.Push(next);
                }
            }
        }

        // Only what reads or ends distinguishes one subset from another.
        return [.. seen.Where(state => nfa.ByteEdges[state].Count > 0 || nfa.Epsilons[state].Count == 0).Order()];
    }

    /// <summary>Groups bytes that lead to the same targets.</summary>
    private static IEnumerable<(ByteSet Bytes, List<int> Targets)> Split(IEnumerable<(ByteSet Bytes, int To)> edges)
    {
        var parts = new List<(ByteSet Bytes, List<int> Targets)> { (ByteSet.All, []) };
        foreach ((ByteSet bytes, int to) in edges)
        {
            for (int i = parts.Count - 1; i >= 0; i--)
            {
                (ByteSet own, List<int> targets) = parts[i];
                ByteSet inside = own & bytes;
                if (inside == own)
                {
                    targets.Add(to);
                }
                else if (!inside.IsEmpty)
                {
                    parts[i] = (own & ~bytes, targets);
                    parts.Add((inside, [.. targets, to]));
                }
            }
        }

        return parts.Where(part => part.Targets.Count > 0);
    }

    private readonly struct StateSubset(int[] states) : IEquatable<StateSubset>
    {
        private int[] States => states;

        public bool Equals(StateSubset other) => states.AsSpan().SequenceEqual(other.States);

        public override bool Equals(object? obj) => obj is StateSubset other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (int state in states)
            {
                hash.Add(state);
            }

            return hash.ToHashCode();
        }
    }
}
