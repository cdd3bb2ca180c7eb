using System.Globalization;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <content>Objects: declared properties in their order, then others where they are asked for.</content>
internal sealed partial class SchemaCompiler
{
    private const int MaxExtras = 100_000;
    private static readonly GrammarNode Comma = GrammarNode.Sequence(GrammarNode.Text(","), GrammarNode.Rule("space"));
    private int _objects;

    private GrammarNode? Object(Demand demand)
    {
        RefuseUnsupported(demand);
        var required = demand.Nodes.SelectMany(node => node.Required).ToHashSet(StringComparer.Ordinal);
        var members = new List<(string Name, GrammarNode Node, bool Required)>();
        foreach (string name in demand.Nodes.SelectMany(node => node.PropertyOrder).Concat(required.Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal))
        {
            IEnumerable<SchemaNode> schemas = demand.Nodes.Select(node => node.Properties?.GetValueOrDefault(name) ?? node.AdditionalProperties).OfType<SchemaNode>();
            if (Reference(schemas) is { } value)
            {
                members.Add((name, Member(GrammarNode.Text(JsonValues.Text(name)), value), required.Contains(name)));
            }
            else if (required.Contains(name))
            {
                return null;
            }
        }

        long least = demand.Nodes.Max(node => node.MinProperties), most = demand.Nodes.Min(node => node.MaxProperties ?? long.MaxValue);
        GrammarNode? extra = Extra(demand, [.. members.Select(member => member.Name)]);
        return Members(demand, members, extra, least, most);
    }

    private static void RefuseUnsupported(Demand demand)
    {
        foreach (SchemaNode node in demand.Nodes)
        {
            string? keyword = node.PatternProperties.Length > 0 ? "patternProperties" : node.PropertyNames is not null ? "propertyNames" : null;
            if (keyword is not null)
            {
                throw new JsonSchemaException(node.Pointer, keyword, $"'{keyword}' is not supported.", "Use 'properties' or 'additionalProperties'.");
            }
        }
    }

    private GrammarNode? Members(Demand demand, List<(string Name, GrammarNode Node, bool Required)> members, GrammarNode? extra, long least, long most)
    {
        int sure = members.Count(member => member.Required);
        if (sure > most || (extra is null && least > members.Count))
        {
            return null;
        }

        bool counted = least > sure || most < members.Count || (extra is not null && most < long.MaxValue);
        if (counted && members.Count > 0)
        {
            string keyword = least > sure ? "minProperties" : "maxProperties";
            throw new JsonSchemaException(demand.Pointer, keyword, $"'{keyword}' beside named properties is not supported.", "Say with 'required' which properties must be there.");
        }

        GrammarNode tail = GrammarNode.Empty;
        if (extra is not null && members.Count == 0)
        {
            return Braces(Items([], extra, Count(demand, least), most == long.MaxValue ? null : (int)Math.Min(most, MaxExtras)));
        }

        if (extra is not null)
        {
            tail = GrammarNode.Repeat(GrammarNode.Sequence(Comma, extra, Space), 0);
        }

        return Braces(Ordered(members, extra, tail));
    }

    // Free names may repeat, and count once then: one property can be promised, two cannot.
    private static int Count(Demand demand, long least) => least <= 1 ? (int)least
        : throw new JsonSchemaException(demand.Pointer, "minProperties", "'minProperties' above 1 is not supported where names are free.", "Name the properties, or ask for a list.");

    /// <summary>
    /// Two chains of rules over the members: one where something stands before, so that a comma comes first, and one where nothing does yet.
    /// Their number grows with the members, not with the subsets of optional ones.
    /// </summary>
    private GrammarNode Ordered(List<(string Name, GrammarNode Node, bool Required)> members, GrammarNode? extra, GrammarNode tail)
    {
        string prefix = "o" + (_objects++).ToString(CultureInfo.InvariantCulture);
        GrammarNode after = tail;
        GrammarNode first = extra is null ? GrammarNode.Empty : GrammarNode.Optional(GrammarNode.Sequence(extra, Space, tail));
        for (int i = members.Count - 1; i >= 0; i--)
        {
            string rule = $"{prefix}.{i.ToString(CultureInfo.InvariantCulture)}";
            (_, GrammarNode member, bool required) = members[i];
            _rules[rule + ".after"] = after;
            GrammarNode next = GrammarNode.Rule(rule + ".after");
            GrammarNode here = GrammarNode.Sequence(member, Space, next);
            GrammarNode then = GrammarNode.Sequence(Comma, here);
            after = required ? then : GrammarNode.AnyOf(then, next);
            _rules[rule + ".first"] = required ? here : GrammarNode.AnyOf(here, first);
            first = GrammarNode.Rule(rule + ".first");
        }

        return first;
    }

    private static GrammarNode Braces(GrammarNode inside) => GrammarNode.Sequence(GrammarNode.Text("{"), Space, inside, GrammarNode.Text("}"));

    private static GrammarNode Member(GrammarNode name, GrammarNode value) => GrammarNode.Sequence(name, Space, GrammarNode.Text(":"), Space, value);

    /// <summary>A member that is not declared; null where none is written: an object that declares properties gets others only when the schema speaks of them.</summary>
    private GrammarNode? Extra(Demand demand, string[] declared)
    {
        bool spoken = demand.Nodes.Any(node => node.AdditionalProperties is not null), anything = demand.Nodes.All(node => node.Properties is null);
        if (!spoken && !anything)
        {
            return null;
        }

        if (Reference(demand.Nodes.Select(node => node.AdditionalProperties).OfType<SchemaNode>()) is not { } value)
        {
            return null;
        }

        // A node that declares properties and closes the others would have been read as 'false' above; one that declares some and is silent allows any.
        foreach (SchemaNode node in demand.Nodes)
        {
            declared = node.Properties is null ? declared : [.. declared.Union(node.PropertyOrder, StringComparer.Ordinal)];
        }

        return Member(declared.Length == 0 ? GrammarNode.Rule("string") : OtherNames(declared), value);
    }

    /// <summary>Names in plain spelling, without escapes, that are none of these.</summary>
    private static GrammarNode OtherNames(string[] declared)
    {
        CodePointSet plain = CodePointSet.All.Except(CodePointSet.Of((0, 0x1F), ('"', '"'), ('\\', '\\')));
        ByteAutomaton all = ByteAutomaton.Of(GrammarNode.Repeat(GrammarNode.CodePoint(plain), 0));
        ByteAutomaton taken = ByteAutomaton.Of(GrammarNode.AnyOf([.. declared.Select(GrammarNode.Text)]));
        return GrammarNode.Sequence(GrammarNode.Text("\""), GrammarNode.Automaton(all.Except(taken)), GrammarNode.Text("\""));
    }
}
