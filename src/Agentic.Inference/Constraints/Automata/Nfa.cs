namespace Agentic.Inference.Constraints.Automata;

/// <summary>
/// A nondeterministic automaton under construction (Thompson's), with edges by byte, by nothing and by a whole rule.
/// </summary>
/// <param name="rule">The number of a rule by its name; null where rules cannot be referred to.</param>
/// <param name="counted">The number of a rule that counts how often it repeats something; null = repeats are unrolled always.</param>
/// <param name="maxStates">More are refused.</param>
internal sealed class Nfa(Func<string, int>? rule, Func<RepeatNode, int>? counted, int maxStates)
{
    // A repeat of this many states in all is unrolled: precise, and cheaper than counting.
    private const int Unrolled = 64;
    private readonly Dictionary<(GrammarNode Node, int To), int> _ends = [];

    /// <summary>Edges by a byte of a set.</summary>
    public List<List<(ByteSet Bytes, int To)>> ByteEdges { get; } = [];

    /// <summary>Edges taken without reading.</summary>
    public List<List<int>> Epsilons { get; } = [];

    /// <summary>Edges by any word of a rule.</summary>
    public List<List<(int Rule, int To)>> Calls { get; } = [];

    public int Count => Epsilons.Count;

    public int Add()
    {
        if (Count >= maxStates)
        {
            throw new GrammarException($"The grammar needs an automaton of more than {maxStates} states.", "Make repeats and sets smaller, or give what occurs often a rule of its own.");
        }

        ByteEdges.Add([]);
        Epsilons.Add([]);
        Calls.Add([]);
        return Count - 1;
    }

    /// <summary>Adds the words of an expression as paths from one state to another.</summary>
    public void Connect(GrammarNode node, int from, int to)
    {
        switch (node)
        {
            case ByteNode bytes:
                ByteEdges[from].Add((bytes.Set, to));
                break;
            case SequenceNode { Parts.Count: 0 }:
                Epsilons[from].Add(to);
                break;
            case SequenceNode sequence:
                for (int i = 0; i < sequence.Parts.Count; i++)
                {
                    bool last = i == sequence.Parts.Count - 1, beforeLast = i == sequence.Parts.Count - 2;
                    if (beforeLast && _ends.TryGetValue((sequence.Parts[i + 1], to), out int known))
                    {
                        // Expressions that share an end (digits of a number between limits) share its states: written out they can be many times as large.
                        Connect(sequence.Parts[i], from, known);
                        return;
                    }

                    int next = last ? to : Add();
                    if (beforeLast)
                    {
                        _ends.Add((sequence.Parts[i + 1], to), next);
                    }

                    Connect(sequence.Parts[i], from, next);
                    from = next;
                }

                break;
            case AlternativesNode alternatives:
                foreach (GrammarNode option in alternatives.Parts)
                {
                    Connect(option, from, to);
                }

                break;
            case RepeatNode repeat:
                Repeat(repeat, from, to);
                break;
            case RuleNode reference:
                Calls[from].Add(((rule ?? throw new GrammarException($"The rule '{reference.Name}' cannot be referred to here: only expressions without rules become automata."))(reference.Name), to));
                break;
            case AutomatonNode automaton:
                Embed(automaton.Words, from, to);
                break;
        }
    }

    private void Repeat(RepeatNode repeat, int from, int to)
    {
        int copies = repeat.Max ?? repeat.Min;
        if (copies > 1 && counted is not null && copies * (long)GrammarSize.Of(repeat.Body, Unrolled) > Unrolled)
        {
            Calls[from].Add((counted(repeat), to));
            return;
        }

        for (int i = 0; i < repeat.Min; i++)
        {
            int next = Add();
            Connect(repeat.Body, from, next);
            from = next;
        }

        if (repeat.Max is null)
        {
            int loop = Add();
            Epsilons[from].Add(loop);
            Epsilons[loop].Add(to);
            Connect(repeat.Body, loop, loop);
            return;
        }

        for (int i = repeat.Min; i < repeat.Max; i++)
        {
            Epsilons[from].Add(to);
            int next = Add();
            Connect(repeat.Body, from, next);
            from = next;
        }

        Epsilons[from].Add(to);
    }

    private void Embed(ByteAutomaton automaton, int from, int to)
    {
        int first = Count;
        for (int state = 0; state < automaton.StateCount; state++)
        {
            Add();
        }

        Epsilons[from].Add(first + automaton.Start);
        for (int state = 0; state < automaton.StateCount; state++)
        {
            foreach ((ByteSet bytes, int target) in automaton.Edges(state))
            {
                ByteEdges[first + state].Add((bytes, first + target));
            }

            if (automaton.Accepts(state))
            {
                Epsilons[first + state].Add(to);
            }
        }
    }
}
