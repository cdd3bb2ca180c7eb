using Agentic.Inference.Constraints;

namespace Agentic.Inference.Tests.Constraints.Oracle;

/// <summary>
/// Whether a text is the beginning of a word, found by tables of where each rule can end from each position, filled until nothing changes.
/// Shares nothing with the recogniser under test but the expressions it reads. Texts of at most 126 bytes.
/// </summary>
internal sealed class PrefixOracle
{
    // In the set of ends of an expression: the text ends inside it, and the expression can go on to an end of its own.
    private static readonly UInt128 Inside = UInt128.One << 127;
    private readonly Grammar _grammar;
    private readonly ByteSet _writable;
    private readonly HashSet<string> _finite = [];
    private readonly string[] _reached;
    private readonly Dictionary<GrammarNode, bool> _possible = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, UInt128[]> _ends = [];
    private byte[] _text = [];

    public PrefixOracle(Grammar grammar, ByteSet writable)
    {
        (_grammar, _writable) = (grammar, writable);
        while (grammar.Rules.Any(rule => HasWord(rule.Value) && _finite.Add(rule.Key)))
        {
        }

        // The rules that the start can lead to, those first that others begin with.
        var reached = new List<string>();
        var open = new Stack<GrammarNode>([GrammarNode.Rule(grammar.Start)]);
        while (open.TryPop(out GrammarNode? node))
        {
            if (node is not RuleNode rule)
            {
                node.Parts.ToList().ForEach(open.Push);
            }
            else if (!reached.Contains(rule.Name))
            {
                reached.Add(rule.Name);
                open.Push(grammar.Rules[rule.Name]);
            }
        }

        reached.Reverse();
        _reached = [.. reached.Where(_finite.Contains)];
    }

    public bool HasWords => _finite.Contains(_grammar.Start);

    /// <summary>Whether some word begins with the text, and whether the text is one.</summary>
    public (bool Begins, bool IsWord) Judge(ReadOnlySpan<byte> text)
    {
        _text = text.ToArray();
        _ends.Clear();
        foreach (string name in _reached)
        {
            _ends.Add(name, new UInt128[_text.Length + 1]);
        }

        for (bool changed = true; changed;)
        {
            changed = false;
            for (int at = _text.Length; at >= 0; at--)
            {
                foreach ((string name, UInt128[] ends) in _ends)
                {
                    UInt128 found = Ends(_grammar.Rules[name], at) | ends[at];
                    changed |= found != ends[at];
                    ends[at] = found;
                }
            }
        }

        UInt128 whole = HasWords ? _ends[_grammar.Start][0] : 0;
        bool isWord = (whole >> _text.Length & 1) != 0;
        return (isWord || (whole & Inside) != 0, isWord);
    }

    private bool HasWord(GrammarNode node) => node switch
    {
        ByteNode bytes => !(bytes.Set & _writable).IsEmpty,
        RuleNode rule => _finite.Contains(rule.Name),
        SequenceNode => node.Parts.All(HasWord),
        AlternativesNode => node.Parts.Any(HasWord),
        RepeatNode repeat => repeat.Min == 0 || HasWord(repeat.Body),
        AutomatonNode automaton => !automaton.Words.IsEmpty,
        _ => throw new NotSupportedException(node.GetType().Name),
    };

    private bool Possible(GrammarNode node) => _possible.TryGetValue(node, out bool possible) ? possible : _possible[node] = HasWord(node);

    private UInt128 Ends(GrammarNode node, int from)
    {
        switch (node)
        {
            case ByteNode bytes:
                ByteSet set = bytes.Set & _writable;
                return from == _text.Length ? set.IsEmpty ? 0 : Inside : set.Contains(_text[from]) ? UInt128.One << (from + 1) : 0;
            case RuleNode rule:
                return _ends.TryGetValue(rule.Name, out UInt128[]? ends) ? ends[from] : 0;
            case AlternativesNode:
                return node.Parts.Aggregate(UInt128.Zero, (all, part) => all | Ends(part, from));
            case SequenceNode:
                UInt128 at = UInt128.One << from, inside = 0;
                foreach (GrammarNode part in node.Parts)
                {
                    at = FromAll(part, at);
                    inside |= at & Inside;
                    at &= ~Inside;
                }

                return Possible(node) ? at | inside : 0;
            case RepeatNode repeat:
                return Possible(repeat) ? Repeated(repeat, from) : 0;
            case AutomatonNode automaton:
                return Along(automaton.Words, from);
            default:
                throw new NotSupportedException(node.GetType().Name);
        }
    }

    private UInt128 Repeated(RepeatNode repeat, int from)
    {
        UInt128 at = UInt128.One << from, all = repeat.Min == 0 ? at : 0;
        for (int count = 1; count <= (repeat.Max ?? int.MaxValue) && at != 0; count++)
        {
            UInt128 next = FromAll(repeat.Body, at), before = all;
            all |= next & Inside;
            next &= ~Inside;
            all |= count >= repeat.Min ? next : 0;
            if (next == at && count > repeat.Min && all == before)
            {
                break;
            }

            at = next;
        }

        return all;
    }

    private UInt128 Along(ByteAutomaton words, int from)
    {
        UInt128 all = 0;
        for (int state = words.IsEmpty ? -1 : words.Start; state >= 0; state = words.Next(state, _text[from++]))
        {
            all |= words.Accepts(state) ? UInt128.One << from : 0;
            if (from == _text.Length)
            {
                return all | (words.Edges(state).Length > 0 ? Inside : 0);
            }
        }

        return all;
    }

    private UInt128 FromAll(GrammarNode node, UInt128 positions)
    {
        UInt128 all = 0;
        for (int at = 0; at <= _text.Length; at++)
        {
            all |= (positions >> at & 1) != 0 ? Ends(node, at) : 0;
        }

        return all;
    }
}
