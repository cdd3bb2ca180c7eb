using Agentic.Inference.Constraints;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>Puts whole grammars as parts into a larger one. Their rules get names of their own.</summary>
internal sealed class GrammarJoin
{
    private int _grammars;

    /// <summary>The rules so far.</summary>
    public Dictionary<string, GrammarNode> Rules { get; } = [];

    /// <summary>Adds a grammar; the result stands for its words.</summary>
    public GrammarNode Add(Grammar grammar)
    {
        string prefix = $"{_grammars++}.";
        var known = new Dictionary<GrammarNode, GrammarNode>(ReferenceEqualityComparer.Instance);
        foreach ((string name, GrammarNode node) in grammar.Rules)
        {
            Rules[prefix + name] = Rename(node);
        }

        return GrammarNode.Rule(prefix + grammar.Start);

        GrammarNode Rename(GrammarNode node)
        {
            // Shared parts stay shared; there are at most as many levels as a grammar may have.
            if (!known.TryGetValue(node, out GrammarNode? renamed))
            {
                renamed = node switch
                {
                    RuleNode rule => GrammarNode.Rule(prefix + rule.Name),
                    SequenceNode sequence => GrammarNode.Sequence([.. sequence.Parts.Select(Rename)]),
                    AlternativesNode options => GrammarNode.AnyOf([.. options.Parts.Select(Rename)]),
                    RepeatNode repeat => GrammarNode.Repeat(Rename(repeat.Body), repeat.Min, repeat.Max),
                    _ => node,
                };
                known.Add(node, renamed);
            }

            return renamed;
        }
    }
}
