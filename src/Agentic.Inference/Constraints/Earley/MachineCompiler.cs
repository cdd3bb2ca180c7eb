using Agentic.Inference.Constraints.Automata;

namespace Agentic.Inference.Constraints.Earley;

/// <summary>Compiles a grammar: takes empty edges out and everything that leads nowhere.</summary>
internal sealed class MachineCompiler
{
    private const int MaxStates = 500_000;
    private const int MaxEdges = 4_000_000;
    private readonly RuleNfas _nfas;
    private readonly ByteSet _writable;
    private readonly bool[] _emptyBodies;
    private readonly List<MachineState> _states = [];
    private readonly Dictionary<int, int> _numbers = [];
    private readonly Queue<(int Nfa, int Own, int Rule)> _open = [];
    private readonly byte[] _classOf;
    private readonly ByteSet[] _classes;
    private int _edges;

    private MachineCompiler(Grammar grammar, ByteSet writable)
    {
        _nfas = new RuleNfas(grammar, MaxStates);
        _writable = writable;
        _emptyBodies = _nfas.EmptyBodies();
        (_classOf, _classes) = ByteClasses.Of(_nfas.Nfa.ByteEdges.SelectMany(edges => edges.Select(edge => edge.Bytes & writable)));
    }

    /// <summary>Compiles a grammar for texts of the bytes that can be written.</summary>
    /// <exception cref="GrammarException">The grammar has no word, or is too large.</exception>
    public static Machine Compile(Grammar grammar, ByteSet writable) => new MachineCompiler(grammar, writable).Run();

    private Machine Run()
    {
        var rules = new MachineRule[_nfas.Rules.Count];
        for (int rule = 0; rule < rules.Length; rule++)
        {
            rules[rule] = AddRule(rule);
        }

        MachineState[] states = [.. _states];
        Distances.Fill(states, rules);
        foreach (MachineState state in states)
        {
            state.Edges = [.. state.Edges.Where(edge => states[edge.To].Distance < Machine.Unreachable)];
            state.Calls = [.. state.Calls.Where(call => rules[call.Rule].Shortest < Machine.Unreachable && states[call.To].Distance < Machine.Unreachable)];
        }

        foreach (MachineState state in states)
        {
            state.Loose = rules[state.Rule].Counted || IsOpenEnd(state) || state.Edges.Any(edge => IsOpenEnd(states[edge.To]));
        }

        if (rules[_nfas.Start].Shortest >= Machine.Unreachable && !rules[_nfas.Start].Nullable)
        {
            throw new GrammarException("The grammar has no word of finite length: every way through its rules goes on for ever or meets a set without members.", "Give every recursive rule an option that ends.");
        }

        return new Machine { States = states, Rules = rules, Start = _nfas.Start, ClassOf = _classOf, ClassCount = _classes.Length };
    }

    private static bool IsOpenEnd(MachineState state) => state.Final && state.Reads;

    private MachineRule AddRule(int number)
    {
        (int from, int to, RepeatNode? counted) = _nfas.Rules[number];
        _numbers.Clear();
        // The state before the first byte has no way in: a turn of a counted rule always reads something.
        int start = Add(from, number, first: true);
        while (_open.TryDequeue(out (int Nfa, int Own, int Rule) next))
        {
            Connect(next.Nfa, next.Own, next.Rule);
        }

        bool empty = _emptyBodies[number];
        return counted is null
            ? new MachineRule { Start = start, Nullable = empty }
            : new MachineRule { Start = start, Counted = true, Min = empty ? 0 : counted.Min, Max = counted.Max ?? int.MaxValue, Nullable = empty || counted.Min == 0 };
    }

    private int Find(int nfa, int rule)
    {
        if (!_numbers.TryGetValue(nfa, out int own))
        {
            own = Add(nfa, rule, first: false);
            _numbers.Add(nfa, own);
        }

        return own;
    }

    private int Add(int nfa, int rule, bool first)
    {
        bool ends = _nfas.Close(nfa, _emptyBodies).Contains(_nfas.Rules[rule].To), counted = _nfas.Rules[rule].Counted is not null;
        _states.Add(new MachineState { Rule = rule, Final = ends && !counted, EndsTurn = ends && counted && !first });
        _open.Enqueue((nfa, _states.Count - 1, rule));
        return _states.Count - 1;
    }

    private void Connect(int nfa, int own, int rule)
    {
        var edges = new Dictionary<int, ByteSet>();
        var calls = new HashSet<(int, int)>();
        foreach (int state in _nfas.Close(nfa, _emptyBodies))
        {
            foreach ((ByteSet bytes, int to) in _nfas.Nfa.ByteEdges[state])
            {
                int target = Find(to, rule);
                edges[target] = edges.GetValueOrDefault(target) | ByteClasses.Inside(_classes, bytes & _writable);
            }

            foreach ((int callee, int to) in _nfas.Nfa.Calls[state])
            {
                calls.Add((callee, Find(to, rule)));
            }
        }

        _edges += edges.Count + calls.Count;
        if (_edges > MaxEdges)
        {
            throw new GrammarException($"The grammar needs more than {MaxEdges} edges.", "Break long rows of optional parts into rules.");
        }

        _states[own].Edges = [.. edges.Where(edge => !edge.Value.IsEmpty).Select(edge => (edge.Value, edge.Key))];
        _states[own].Calls = [.. calls];
    }
}
