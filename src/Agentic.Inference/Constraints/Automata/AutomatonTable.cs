namespace Agentic.Inference.Constraints.Automata;

/// <summary>A deterministic automaton being built, with a row of targets by class of bytes (−1 = none) for every state; state 0 is the start.</summary>
internal sealed class AutomatonTable(ByteSet[] classes, int maxStates)
{
    private readonly List<int> _targets = [];
    private readonly List<bool> _accepts = [];

    public int Add(bool accepts)
    {
        if (_accepts.Count >= maxStates)
        {
            throw new GrammarException($"A pattern needs an automaton of more than {maxStates} states.", "Use a simpler pattern or smaller repeats.");
        }

        for (int i = 0; i < classes.Length; i++)
        {
            _targets.Add(-1);
        }

        _accepts.Add(accepts);
        return _accepts.Count - 1;
    }

    public void Connect(int from, int byteClass, int to) => _targets[(from * classes.Length) + byteClass] = to;

    /// <param name="from">A state.</param>
    /// <param name="bytes">Whole classes.</param>
    /// <param name="to">A state.</param>
    public void Connect(int from, ByteSet bytes, int to)
    {
        for (int i = 0; i < classes.Length; i++)
        {
            if (!(classes[i] & bytes).IsEmpty)
            {
                Connect(from, i, to);
            }
        }
    }

    /// <summary>The minimal automaton of the same words.</summary>
    public ByteAutomaton Minimise()
    {
        int[] alive = Alive();
        if (alive.Length == 0 || alive[0] < 0)
        {
            return new ByteAutomaton([], [], 0);
        }

        int[] sources = [.. Enumerable.Range(0, alive.Length).Where(state => alive[state] >= 0)];
        int[] targets = new int[sources.Length * classes.Length];
        for (int state = 0; state < sources.Length; state++)
        {
            for (int i = 0; i < classes.Length; i++)
            {
                int to = _targets[(sources[state] * classes.Length) + i];
                targets[(state * classes.Length) + i] = to < 0 ? -1 : alive[to];
            }
        }

        bool[] accepts = [.. sources.Select(state => _accepts[state])];
        return Quotient(targets, accepts, Minimiser.Blocks(targets, accepts, classes.Length));
    }

    private ByteAutomaton Quotient(int[] targets, bool[] accepts, int[] blocks)
    {
        var numbers = new Dictionary<int, int>();
        var members = new List<int>();
        for (int state = 0; state < blocks.Length; state++)
        {
            if (numbers.TryAdd(blocks[state], numbers.Count))
            {
                members.Add(state);
            }
        }

        var edges = new (ByteSet, int)[members.Count][];
        for (int block = 0; block < edges.Length; block++)
        {
            var bytes = new Dictionary<int, ByteSet>();
            for (int i = 0; i < classes.Length; i++)
            {
                int to = targets[(members[block] * classes.Length) + i];
                if (to >= 0)
                {
                    int number = numbers[blocks[to]];
                    bytes[number] = bytes.GetValueOrDefault(number) | classes[i];
                }
            }

            edges[block] = [.. bytes.Select(edge => (edge.Value, edge.Key))];
        }

        return new ByteAutomaton(edges, [.. members.Select(state => accepts[state])], 0);
    }

    /// <summary>New numbers of the states from which some word ends, −1 for the others.</summary>
    private int[] Alive()
    {
        int count = _accepts.Count;
        int[] next = new int[_targets.Count], first = new int[count];
        Array.Fill(first, -1);
        for (int edge = 0; edge < next.Length; edge++)
        {
            if (_targets[edge] >= 0)
            {
                next[edge] = first[_targets[edge]];
                first[_targets[edge]] = edge;
            }
        }

        bool[] reached = [.. _accepts];
        var open = new Stack<int>(Enumerable.Range(0, count).Where(state => reached[state]));
        while (open.TryPop(out int state))
        {
            for (int edge = first[state]; edge >= 0; edge = next[edge])
            {
                if (!reached[edge / classes.Length])
                {
                    reached[edge / classes.Length] = true;
                    open.Push(edge / classes.Length);
                }
            }
        }

        int number = 0;
        return [.. reached.Select(alive => alive ? number++ : -1)];
    }
}
