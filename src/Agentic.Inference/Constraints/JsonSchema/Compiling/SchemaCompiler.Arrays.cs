using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <content>Lists.</content>
internal sealed partial class SchemaCompiler
{
    private const int MaxItems = 100_000;

    private GrammarNode? Array(Demand demand)
    {
        long least = demand.Nodes.Max(node => node.MinItems), most = demand.Nodes.Min(node => node.MaxItems ?? long.MaxValue);
        int prefix = demand.Nodes.Max(node => node.PrefixItems.Length);
        List<SchemaNode[]> closed = demand.Closed(node => node.OnlyStatedItems);
        var firsts = new List<GrammarNode>();
        for (int i = 0; i < prefix && i < most; i++)
        {
            if (!Stated(i) || Reference(ItemAt(demand, i)) is not { } item)
            {
                most = i;
                break;
            }

            firsts.Add(item);
        }

        GrammarNode? rest = most > prefix && Stated(prefix) ? Reference(ItemAt(demand, prefix)) : null;
        most = rest is null ? Math.Min(most, firsts.Count) : most;
        if (least > most)
        {
            return null;
        }

        if (least > MaxItems)
        {
            throw new JsonSchemaException(demand.Pointer, "minItems", $"'minItems' is above {MaxItems}.", "Ask for shorter lists.");
        }

        SchemaNode? unique = most > 1 ? demand.Nodes.FirstOrDefault(node => node.UniqueItems) : null;
        SchemaNode[] contains = [.. demand.Nodes.Where(node => node.Contains is not null && node.MinContains > 0)];
        GrammarNode? items = unique is not null && contains.Length == 0 && prefix == 0 ? Distinct(demand, unique, least, most)
            : unique is not null ? throw new JsonSchemaException(unique.Pointer, "uniqueItems", "'uniqueItems' beside 'prefixItems' or 'contains' is not supported.", "Leave it out and remove repeated items afterwards.")
            : contains.Length > 0 ? Containing(demand, contains, rest, least, most)
            : Items(firsts, rest, (int)least, most == long.MaxValue ? null : (int)Math.Min(most, MaxItems));
        return items is null ? null : GrammarNode.Sequence(GrammarNode.Text("["), Space, items, GrammarNode.Text("]"));

        bool Stated(int index) => closed.All(parts => System.Array.Exists(parts, node => node.Items is not null || index < node.PrefixItems.Length));
    }

    /// <summary>What an item must meet: its own schema where a list of them reaches so far, else that of all others.</summary>
    private static IEnumerable<SchemaNode> ItemAt(Demand demand, int index) =>
        demand.Nodes.Select(node => index < node.PrefixItems.Length ? node.PrefixItems[index] : node.Items).OfType<SchemaNode>();

    private static GrammarNode Items(List<GrammarNode> firsts, GrammarNode? rest, int least, int? most)
    {
        GrammarNode comma = GrammarNode.Sequence(GrammarNode.Text(","), Space);
        GrammarNode node = GrammarNode.Empty;
        if (rest is not null)
        {
            // After the first ones; the very first item has no comma before it.
            int from = Math.Max(firsts.Count, 1);
            node = GrammarNode.Repeat(GrammarNode.Sequence(comma, rest, Space), Math.Max(0, least - from), most is null ? null : Math.Max(0, most.Value - from));
            if (firsts.Count == 0)
            {
                if (most == 0)
                {
                    return GrammarNode.Empty;
                }

                node = GrammarNode.Sequence(rest, Space, node);
                return least == 0 ? GrammarNode.Optional(node) : node;
            }
        }

        for (int i = firsts.Count - 1; i >= 0; i--)
        {
            node = i == 0 ? GrammarNode.Sequence(firsts[i], Space, node) : GrammarNode.Sequence(comma, firsts[i], Space, node);
            node = i < least ? node : GrammarNode.Optional(node);
        }

        return node;
    }
}
