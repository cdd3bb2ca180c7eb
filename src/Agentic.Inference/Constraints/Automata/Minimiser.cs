namespace Agentic.Inference.Constraints.Automata;

/// <summary>
/// Finds the states of a deterministic automaton that no word tells apart (Hopcroft 1971, on automata without dead states as Valmari and
/// Lehtinen 2008 treat them): O(edges · log states).
/// </summary>
internal sealed class Minimiser
{
    private readonly int _classes;

    // States, a block's side by side; where each stands; its block.
    private readonly int[] _members, _places, _blocks;
    private readonly List<int> _starts = [0], _ends = [], _marked = [0];

    // Edges by target, as a linked list.
    private readonly int[] _firstEdge, _nextEdge;

    private Minimiser(int[] targets, int states, int classes)
    {
        _classes = classes;
        _members = [.. Enumerable.Range(0, states)];
        _places = [.. _members];
        _blocks = new int[states];
        _ends.Add(states);
        _firstEdge = new int[states];
        Array.Fill(_firstEdge, -1);
        _nextEdge = new int[targets.Length];
        for (int edge = 0; edge < targets.Length; edge++)
        {
            if (targets[edge] >= 0)
            {
                _nextEdge[edge] = _firstEdge[targets[edge]];
                _firstEdge[targets[edge]] = edge;
            }
        }
    }

    /// <summary>The block of every state.</summary>
    /// <param name="targets">By state and class; −1 = none. Every state leads to an accepting one.</param>
    /// <param name="accepts">By state.</param>
    /// <param name="classes">Classes of bytes.</param>
    public static int[] Blocks(int[] targets, bool[] accepts, int classes) => new Minimiser(targets, accepts.Length, classes).Run(accepts);

    private int[] Run(bool[] accepts)
    {
        var open = new Stack<int>([0]);
        var waiting = new List<bool> { true };
        var touched = new List<int>();
        foreach (int state in Enumerable.Range(0, accepts.Length).Where(state => accepts[state]))
        {
            Mark(state, touched);
        }

        Split(touched, open, waiting);
        var sources = new List<int>[_classes];
        for (int i = 0; i < _classes; i++)
        {
            sources[i] = [];
        }

        while (open.TryPop(out int splitter))
        {
            waiting[splitter] = false;
            for (int i = _starts[splitter]; i < _ends[splitter]; i++)
            {
                for (int edge = _firstEdge[_members[i]]; edge >= 0; edge = _nextEdge[edge])
                {
                    sources[edge % _classes].Add(edge / _classes);
                }
            }

            foreach (List<int> own in sources)
            {
                foreach (int state in own)
                {
                    Mark(state, touched);
                }

                own.Clear();
                Split(touched, open, waiting);
            }
        }

        return _blocks;
    }

    /// <summary>Moves a state to the marked front of its block.</summary>
    private void Mark(int state, List<int> touched)
    {
        int block = _blocks[state], to = _starts[block] + _marked[block], from = _places[state];
        if (_marked[block]++ == 0)
        {
            touched.Add(block);
        }

        (_members[from], _members[to]) = (_members[to], state);
        (_places[_members[from]], _places[state]) = (from, to);
    }

    /// <summary>Makes the marked states blocks of their own.</summary>
    private void Split(List<int> touched, Stack<int> open, List<bool> waiting)
    {
        foreach (int block in touched)
        {
            int start = _starts[block], middle = start + _marked[block];
            _marked[block] = 0;
            if (middle == _ends[block])
            {
                continue;
            }

            int fresh = _starts.Count;
            _starts.Add(start);
            _ends.Add(middle);
            _marked.Add(0);
            _starts[block] = middle;
            for (int i = start; i < middle; i++)
            {
                _blocks[_members[i]] = fresh;
            }

            // A block that waits does so in both its parts; of others the smaller part suffices.
            bool own = waiting[block] || middle - start <= _ends[block] - middle;
            waiting.Add(own);
            if (own)
            {
                open.Push(fresh);
            }
            else
            {
                waiting[block] = true;
                open.Push(block);
            }
        }

        touched.Clear();
    }
}
