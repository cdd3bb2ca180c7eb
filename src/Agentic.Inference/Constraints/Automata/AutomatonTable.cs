namespace Agentic.Inference.Constraints.Automata;

/// <summary>A deterministic automaton being built, one row of 256 targets (−1 = none) a state; state 0 is the start.</summary>
internal sealed class AutomatonTable(int maxStates)
{
    private readonly List<int[]> _rows = [];
    private readonly List<bool> _accepts = [];

    public int Add(bool accepts)
    {
        if (_rows.Count >= maxStates)
        {
            throw new GrammarException($"A pattern needs an automaton of more than {maxStates} states.", "Use a simpler pattern or smaller repeats.");
        }

        int[] row = new int[256];
        Array.Fill(row, -1);
        _rows.Add(row);
        _accepts.Add(accepts);
        return _rows.Count - 1;
    }

    public void Connect(int from, ByteSet bytes, int to)
    {
        foreach (byte value in bytes.Members())
        {
            _rows[from][value] = to;
        }
    }

    /// <summary>The minimal automaton of the same words (Moore's partition refinement).</summary>
    public ByteAutomaton Minimise()
    {
        int[] block = new int[_rows.Count];
        bool[] alive = Alive();
        int blocks = 1;
        for (int state = 0; state < block.Length; state++)
        {
            block[state] = !alive[state] ? -1 : _accepts[state] ? 1 : 0;
        }

        if (block.Length == 0 || block[0] < 0)
        {
            return new ByteAutomaton([], [], 0);
        }

        while (true)
        {
            var known = new Dictionary<Signature, int>();
            int[] finer = new int[block.Length];
            for (int state = 0; state < block.Length; state++)
            {
                finer[state] = -1;
                if (block[state] >= 0)
                {
                    var signature = new Signature(block[state], _rows[state], block);
                    if (!known.TryGetValue(signature, out finer[state]))
                    {
                        finer[state] = known.Count;
                        known.Add(signature, finer[state]);
                    }
                }
            }

            bool stable = known.Count == blocks;
            (block, blocks) = (finer, known.Count);
            if (stable)
            {
                return Quotient(block, blocks);
            }
        }
    }

    private ByteAutomaton Quotient(int[] block, int blocks)
    {
        var edges = new (ByteSet, int)[blocks][];
        bool[] accepts = new bool[blocks];
        for (int state = 0; state < block.Length; state++)
        {
            if (block[state] >= 0 && edges[block[state]] is null)
            {
                var targets = new Dictionary<int, ByteSet>();
                for (int value = 0; value < 256; value++)
                {
                    int to = _rows[state][value] < 0 ? -1 : block[_rows[state][value]];
                    if (to >= 0)
                    {
                        targets[to] = targets.GetValueOrDefault(to) | ByteSet.Of((byte)value);
                    }
                }

                edges[block[state]] = [.. targets.Select(target => (target.Value, target.Key))];
                accepts[block[state]] = _accepts[state];
            }
        }

        return new ByteAutomaton(edges, accepts, block[0]);
    }

    /// <summary>The states from which some word ends.</summary>
    private bool[] Alive()
    {
        var sources = new List<int>[_rows.Count];
        for (int state = 0; state < sources.Length; state++)
        {
            foreach (int to in _rows[state].Where(to => to >= 0).Distinct())
            {
                (sources[to] ??= []).Add(state);
            }
        }

        bool[] alive = new bool[_rows.Count];
        var open = new Stack<int>(Enumerable.Range(0, alive.Length).Where(state => _accepts[state]));
        while (open.TryPop(out int state))
        {
            if (!alive[state])
            {
                alive[state] = true;
                foreach (int source in sources[state] ?? [])
                {
                    open.Push(source);
                }
            }
        }

        return alive;
    }

    /// <summary>A state's block and the blocks that its bytes lead to.</summary>
    private readonly struct Signature(int own, int[] row, int[] block) : IEquatable<Signature>
    {
        private int Own => own;

        private int[] Row => row;

        public bool Equals(Signature other)
        {
            if (own != other.Own)
            {
                return false;
            }

            for (int value = 0; value < 256; value++)
            {
                if (Target(row[value]) != Target(other.Row[value]))
                {
                    return false;
                }
            }

            return true;
        }

        public override bool Equals(object? obj) => obj is Signature other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(own);
            foreach (int to in row)
            {
                hash.Add(Target(to));
            }

            return hash.ToHashCode();
        }

        private int Target(int state) => state < 0 ? -1 : block[state];
    }
}
