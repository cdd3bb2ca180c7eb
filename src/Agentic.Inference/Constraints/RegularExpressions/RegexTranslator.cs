namespace Agentic.Inference.Constraints.RegularExpressions;

/// <summary>What lies beside a part of a pattern.</summary>
internal enum RegexEdge
{
    /// <summary>Other parts.</summary>
    Inside,

    /// <summary>Any text: the pattern begins or ends here, the text need not.</summary>
    Open,

    /// <summary>The end of the text.</summary>
    End,
}

/// <summary>Makes a grammar's expression of a parsed pattern. Anchors decide on which side any text may stand.</summary>
internal sealed class RegexTranslator(Func<CodePointSet, GrammarNode> character)
{
    private readonly Dictionary<CodePointSet, GrammarNode> _characters = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="GrammarException">An anchor stands where only part of the text has been read.</exception>
    public GrammarNode Translate(RegexNode node, RegexEdge left, RegexEdge right) => node switch
    {
        { Anchored: false } => Pad(left, Plain(node), right),
        AnchorNode anchor => Anchor(anchor, left, right),
        ConcatenationNode parts => Concatenation(parts.Parts, left, right),
        AlternationNode options => GrammarNode.AnyOf([.. options.Options.Select(option => Translate(option, left, right))]),
        QuantifiedNode { Min: 0, Max: 1 } optional => GrammarNode.AnyOf(Translate(optional.Body, left, right), Pad(left, GrammarNode.Empty, right)),
        QuantifiedNode repeated => throw repeated.Error("A group with ^ or $ inside cannot be repeated", "Take the anchor out of the group."),
        _ => throw new InvalidOperationException($"A {node.GetType().Name} has no translation."),
    };

    private GrammarNode Plain(RegexNode node) => node switch
    {
        CharacterNode one => Character(one.Set),
        ConcatenationNode parts => GrammarNode.Sequence([.. parts.Parts.Select(Plain)]),
        AlternationNode options => GrammarNode.AnyOf([.. options.Options.Select(Plain)]),
        QuantifiedNode repeated => GrammarNode.Repeat(Plain(repeated.Body), repeated.Min, repeated.Max),
        _ => throw new InvalidOperationException($"A {node.GetType().Name} has no translation."),
    };

    private GrammarNode Anchor(AnchorNode anchor, RegexEdge left, RegexEdge right)
    {
        if ((anchor.AtStart ? left : right) == RegexEdge.Inside)
        {
            throw anchor.Error($"{(anchor.AtStart ? '^' : '$')} stands inside the pattern, where no text can meet it", "Anchors belong at the ends of a pattern or of its options.");
        }

        return Pad(anchor.AtStart ? RegexEdge.End : left, GrammarNode.Empty, anchor.AtStart ? right : RegexEdge.End);
    }

    private GrammarNode Concatenation(IReadOnlyList<RegexNode> parts, RegexEdge left, RegexEdge right)
    {
        int first = 0, last = parts.Count - 1;
        while (left != RegexEdge.Inside && first <= last && parts[first] is AnchorNode { AtStart: true })
        {
            left = RegexEdge.End;
            first++;
        }

        while (right != RegexEdge.Inside && first <= last && parts[last] is AnchorNode { AtStart: false })
        {
            right = RegexEdge.End;
            last--;
        }

        return first > last
            ? Pad(left, GrammarNode.Empty, right)
            : GrammarNode.Sequence([.. Enumerable.Range(first, last - first + 1).Select(i => Translate(parts[i], i == first ? left : RegexEdge.Inside, i == last ? right : RegexEdge.Inside))]);
    }

    private GrammarNode Pad(RegexEdge left, GrammarNode node, RegexEdge right) => (left, right) switch
    {
        (RegexEdge.Open, RegexEdge.Open) => GrammarNode.Sequence(AnyText(), node, AnyText()),
        (RegexEdge.Open, _) => GrammarNode.Sequence(AnyText(), node),
        (_, RegexEdge.Open) => GrammarNode.Sequence(node, AnyText()),
        _ => node,
    };

    private GrammarNode AnyText() => GrammarNode.Repeat(Character(CodePointSet.All), 0);

    private GrammarNode Character(CodePointSet set)
    {
        if (!_characters.TryGetValue(set, out GrammarNode? node))
        {
            node = character(set);
            _characters.Add(set, node);
        }

        return node;
    }
}
