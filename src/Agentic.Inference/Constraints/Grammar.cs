namespace Agentic.Inference.Constraints;

/// <summary>
/// A context-free grammar over the UTF-8 bytes of a text: named rules and the one that a whole text must match. Immutable and
/// thread-safe. What front ends (GBNF, regular expressions, JSON Schema) build and a token constraint is compiled from.
/// </summary>
/// <remarks>
/// Rules cost little and their masks are shared by all places that refer to them: give what occurs often (a string, a number)
/// a rule of its own. Optional members in order are cheapest as a sequence of optional parts.
/// </remarks>
public sealed class Grammar
{
    /// <summary>Creates a grammar.</summary>
    /// <param name="start">The rule of a whole text.</param>
    /// <param name="rules">All rules by name.</param>
    /// <exception cref="GrammarException">A rule is referred to and not defined, or expressions are nested too deeply.</exception>
    public Grammar(string start, IReadOnlyDictionary<string, GrammarNode> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Start = start;
        Rules = new Dictionary<string, GrammarNode>(rules, StringComparer.Ordinal);
        Check("the start of the grammar", GrammarNode.Rule(start));
        foreach ((string name, GrammarNode node) in Rules)
        {
            Check($"rule '{name}'", node);
        }
    }

    /// <summary>Creates a grammar of one rule that refers to no other.</summary>
    /// <param name="root">What a whole text must match.</param>
    public Grammar(GrammarNode root)
        : this("root", new Dictionary<string, GrammarNode> { ["root"] = root })
    {
    }

    /// <summary>Expressions inside one rule may be nested so deeply.</summary>
    public const int MaxDepth = 1000;

    /// <summary>The rule of a whole text.</summary>
    public string Start { get; }

    /// <summary>All rules by name.</summary>
    public IReadOnlyDictionary<string, GrammarNode> Rules { get; }

    private void Check(string place, GrammarNode root)
    {
        var seen = new HashSet<GrammarNode>(ReferenceEqualityComparer.Instance);
        var open = new Stack<GrammarNode>([root]);
        while (open.TryPop(out GrammarNode? node))
        {
            if (node.Depth > MaxDepth)
            {
                throw new GrammarException($"Expressions in {place} are nested more than {MaxDepth} deep.", "Give inner parts rules of their own.");
            }

            if (node is RuleNode reference && !Rules.ContainsKey(reference.Name))
            {
                throw new GrammarException($"The rule '{reference.Name}', named by {place}, is not defined.", "Define it or correct the name.");
            }

            foreach (GrammarNode part in node.Parts)
            {
                if (seen.Add(part))
                {
                    open.Push(part);
                }
            }
        }
    }
}
