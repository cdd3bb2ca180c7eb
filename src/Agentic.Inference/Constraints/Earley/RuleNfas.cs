using Agentic.Inference.Constraints.Automata;

namespace Agentic.Inference.Constraints.Earley;

/// <summary>The rules of a grammar as parts of one nondeterministic automaton; large repeats become rules that count.</summary>
internal sealed class RuleNfas
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<RepeatNode, int> _counted = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<(int Rule, GrammarNode Node)> _open = [];

    public RuleNfas(Grammar grammar, int maxStates)
    {
        Nfa = new Nfa(Number, Counted, maxStates);
        Start = Number(grammar.Start);
        while (_open.TryDequeue(out (int Rule, GrammarNode Node) next))
        {
            Nfa.Connect(next.Node, Rules[next.Rule].From, Rules[next.Rule].To);
        }

        int Number(string name)
        {
            if (!_numbers.TryGetValue(name, out int number))
            {
                number = Add(grammar.Rules[name], null);
                _numbers.Add(name, number);
            }

            return number;
        }
    }

    public Nfa Nfa { get; }

    /// <summary>The number of the start rule.</summary>
    public int Start { get; }

    /// <summary>Where a rule, or one turn of a counted one, begins and ends; rules that are never referred to are left out.</summary>
    public List<(int From, int To, RepeatNode? Counted)> Rules { get; } = [];

    /// <summary>Which rules have the empty word (for a counted one: whose turn has it).</summary>
    public bool[] EmptyBodies()
    {
        bool[] empty = new bool[Rules.Count];
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int rule = Rules.Count - 1; rule >= 0; rule--)
            {
                if (!empty[rule] && Close(Rules[rule].From, empty).Contains(Rules[rule].To))
                {
                    empty[rule] = changed = true;
                }
            }
        }

        return empty;
    }

    /// <summary>The states reached without reading anything.</summary>
    public HashSet<int> Close(int from, bool[] emptyBodies)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>([from]);
        while (open.TryPop(out int state))
        {
            if (seen.Add(state))
            {
                foreach (int to in Nfa.Epsilons[state])
                {
                    open.Push(to);
                }

                foreach ((int rule, int to) in Nfa.Calls[state])
                {
                    if (emptyBodies[rule] || Rules[rule].Counted?.Min == 0)
                    {
                        open.Push(to);
                    }
                }
            }
        }

        return seen;
    }

    private int Counted(RepeatNode repeat)
    {
        if (!_counted.TryGetValue(repeat, out int number))
        {
            number = Add(repeat.Body, repeat);
            _counted.Add(repeat, number);
        }

        return number;
    }

    private int Add(GrammarNode node, RepeatNode? counted)
    {
        Rules.Add((Nfa.Add(), Nfa.Add(), counted));
        _open.Enqueue((Rules.Count - 1, node));
        return Rules.Count - 1;
    }
}
