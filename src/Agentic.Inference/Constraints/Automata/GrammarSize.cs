namespace Agentic.Inference.Constraints.Automata;

/// <summary>How many states an expression takes when it is written out.</summary>
internal static class GrammarSize
{
    /// <summary>The number of bytes, references and states in an expression, counted up to <paramref name="limit"/>.</summary>
    public static int Of(GrammarNode node, int limit)
    {
        long size = node switch
        {
            AutomatonNode automaton => automaton.Words.StateCount,
            RepeatNode repeat => Of(repeat.Body, limit) * (long)Math.Max(1, repeat.Max ?? repeat.Min),
            ByteNode or RuleNode => 1,
            _ => 0,
        };
        if (node is SequenceNode or AlternativesNode)
        {
            foreach (GrammarNode part in node.Parts)
            {
                size += Of(part, limit);
                if (size >= limit)
                {
                    break;
                }
            }
        }

        return (int)Math.Min(size, limit);
    }
}
