namespace Agentic.Inference.Constraints.Automata;

/// <summary>Makes the deterministic automaton of an expression (subset construction).</summary>
internal sealed class Determiniser
{
    // Members of all subsets and their edges together: what bounds time and memory where single states are many states at once.
    private const int MaxWork = 8_000_000;
    private readonly Nfa _nfa;
    private readonly int _end;
    private readonly AutomatonTable _table;
    private readonly (int[] Classes, int To)[][] _edges;
    private readonly List<int>[] _targets;
    private readonly Dictionary<StateSubset, int> _subsets = [];
    private readonly Queue<(int Id, int[] States)> _open = [];
    private readonly int[] _seen;

    // Used again and again by Close.
    private readonly List<int> _found = [];
    private readonly Stack<int> _unseen = [];
    private int _visit, _work;

    private Determiniser(Nfa nfa, int end, int maxStates)
    {
        (_nfa, _end) = (nfa, end);
        ByteSet[] classes = ByteClasses.Of(nfa.ByteEdges.SelectMany(edges => edges.Select(edge => edge.Bytes))).Classes;
        var inside = new Dictionary<ByteSet, int[]>();
        foreach (ByteSet bytes in nfa.ByteEdges.SelectMany(edges => edges.Select(edge => edge.Bytes)))
        {
            if (!inside.ContainsKey(bytes))
            {
                inside.Add(bytes, [.. ByteClasses.Inside(classes, bytes).Members().Select(member => (int)member)]);
            }
        }

        _edges = [.. nfa.ByteEdges.Select(edges => edges.Select(edge => (inside[edge.Bytes], edge.To)).ToArray())];
        _targets = [.. classes.Select(_ => new List<int>())];
        _seen = new int[nfa.Count];
        _table = new AutomatonTable(classes, maxStates);
    }

    /// <exception cref="GrammarException">The expression refers to a rule, or its automaton is too large.</exception>
    public static ByteAutomaton Build(GrammarNode node, int maxStates)
    {
        var nfa = new Nfa(null, null, maxStates * 4);
        int start = nfa.Add(), end = nfa.Add();
        nfa.Connect(node, start, end);
        return new Determiniser(nfa, end, maxStates).Run(start);
    }

    private ByteAutomaton Run(int start)
    {
        Find([start]);
        while (_open.TryDequeue(out (int Id, int[] States) subset))
        {
            foreach (int state in subset.States)
            {
                foreach ((int[] classes, int to) in _edges[state])
                {
                    Spend(classes.Length);
                    foreach (int one in classes)
                    {
                        _targets[one].Add(to);
                    }
                }
            }

            for (int i = 0; i < _targets.Length; i++)
            {
                if (_targets[i].Count > 0)
                {
                    _table.Connect(subset.Id, i, Find(_targets[i]));
                    _targets[i].Clear();
                }
            }
        }

        return _table.Minimise();
    }

    private int Find(List<int> states)
    {
        int[] closed = Close(states);
        var key = new StateSubset(closed);
        if (!_subsets.TryGetValue(key, out int id))
        {
            id = _table.Add(Array.BinarySearch(closed, _end) >= 0);
            _subsets.Add(key, id);
            _open.Enqueue((id, closed));
        }

        return id;
    }

    /// <summary>The states reached without reading, sorted.</summary>
    private int[] Close(List<int> states)
    {
        _visit++;
        _found.Clear();
        foreach (int state in states)
        {
            _unseen.Push(state);
        }

        while (_unseen.TryPop(out int state))
        {
            Spend(1);
            if (_seen[state] != _visit)
            {
                _seen[state] = _visit;
                // Only what reads or ends distinguishes one subset from another.
                if (_edges[state].Length > 0 || state == _end)
                {
                    _found.Add(state);
                }

                foreach (int next in _nfa.Epsilons[state])
                {
                    _unseen.Push(next);
                }
            }
        }

        _found.Sort();
        return [.. _found];
    }

    private void Spend(int work)
    {
        _work += work;
        if (_work > MaxWork)
        {
            throw new GrammarException("A pattern is too ambiguous to become an automaton: it would have to follow too many ways through it at once.", "Use a simpler pattern or smaller repeats.");
        }
    }

    private readonly struct StateSubset(int[] states) : IEquatable<StateSubset>
    {
        private int[] States => states;

        public bool Equals(StateSubset other) => states.AsSpan().SequenceEqual(other.States);

        public override bool Equals(object? obj) => obj is StateSubset other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>(states));
            return hash.ToHashCode();
        }
    }
}
