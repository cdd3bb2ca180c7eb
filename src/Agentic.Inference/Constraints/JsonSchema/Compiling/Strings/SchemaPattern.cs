using Agentic.Inference.Constraints.JsonSchema.Reading;
using Agentic.Inference.Constraints.RegularExpressions;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Patterns of a schema: found anywhere in a text, in the syntax of ECMA-262.</summary>
internal static class SchemaPattern
{
    /// <summary>The texts that a pattern is found in.</summary>
    /// <exception cref="JsonSchemaException">The pattern is wrong, not supported or too large.</exception>
    public static ByteAutomaton Read(SchemaNode node, string keyword, string pattern)
    {
        if (node.Patterns.TryGetValue(pattern, out ByteAutomaton? known))
        {
            return known;
        }

        try
        {
            return node.Patterns[pattern] = KnownAutomata.Get("pattern", pattern, () => RegularExpression.Search(pattern).Automaton);
        }
        catch (GrammarException e)
        {
            throw new JsonSchemaException(node.Pointer, keyword, $"'{keyword}' with '{JsonSchemaException.Shown(pattern)}' cannot be used: {e.Message}", e.Hint);
        }
    }
}
