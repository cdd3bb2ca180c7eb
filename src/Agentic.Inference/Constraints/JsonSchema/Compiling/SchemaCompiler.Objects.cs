using System.Globalization;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <content>Objects: declared properties in their order, then others where they are asked for.</content>
internal sealed partial class SchemaCompiler
{
    private GrammarNode? Object(Demand demand)
    {
        var names = new NameDemand(demand);
        var required = demand.Nodes.SelectMany(node => node.Required).ToHashSet(StringComparer.Ordinal);
        var members = new List<(GrammarNode Node, bool Required)>();
        foreach (string name in names.Named)
        {
            if (names.SchemasOf(name) is { } schemas && Reference(schemas) is { } value)
            {
                members.Add((Member(GrammarNode.Text(JsonValues.Text(name)), value), required.Contains(name)));
            }
            else if (required.Contains(name))
            {
                return null;
            }
        }

        GrammarNode[] extras = [.. names.Others().Select(Extra).OfType<GrammarNode>()];
        long least = demand.Nodes.Max(node => node.MinProperties), most = demand.Nodes.Min(node => node.MaxProperties) ?? long.MaxValue;
        GrammarNode? extra = extras.Length == 0 ? null : GrammarNode.AnyOf(extras);
        if (Chain(members, extra, least, most) is { } chain)
        {
            return GrammarNode.Sequence(GrammarNode.Text("{"), Space, chain, GrammarNode.Text("}"));
        }

        // Free names may repeat, and count once then: one property can be promised, two cannot.
        return extra is null || least < 2 ? null : throw new JsonSchemaException(
            demand.Pointer, "minProperties", "'minProperties' above 1 is not supported where names are free.", "Name the properties, or ask for a list.");
    }

    private GrammarNode? Extra((ByteAutomaton? Names, IEnumerable<SchemaNode> Schemas) others)
    {
        if (Reference(others.Schemas) is not { } value)
        {
            return null;
        }

        if (others.Names is not { } names)
        {
            return Member(GrammarNode.Rule("string"), value);
        }

        string rule = $"k{_rules.Count.ToString(CultureInfo.InvariantCulture)}";
        Add(rule, Quoted(names)!);
        return Member(GrammarNode.Rule(rule), value);
    }

    private static GrammarNode Member(GrammarNode name, GrammarNode value) => GrammarNode.Sequence(name, Space, GrammarNode.Text(":"), Space, value);
}
