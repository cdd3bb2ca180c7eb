namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>Refuses schemas that refer to themselves without going down into a property or an item: they say nothing.</summary>
internal static class InPlaceCycles
{
    /// <summary>Takes away, again and again, what refers in place to nothing that is left; what stays is on a cycle or leads to one.</summary>
    public static void Refuse(IReadOnlyCollection<SchemaNode> nodes)
    {
        // Nodes that were not written but derived lead on to none.
        var written = nodes.ToHashSet();
        var open = nodes.ToDictionary(node => node, node => Targets(node).Count(written.Contains));
        ILookup<SchemaNode, SchemaNode> referrers = nodes.SelectMany(node => Targets(node).Select(target => (target, node))).ToLookup(p => p.target, p => p.node);
        var done = new Queue<SchemaNode>(open.Where(p => p.Value == 0).Select(p => p.Key));
        while (done.TryDequeue(out SchemaNode? node))
        {
            open.Remove(node);
            foreach (SchemaNode referrer in referrers[node].Where(open.ContainsKey))
            {
                if (--open[referrer] == 0)
                {
                    done.Enqueue(referrer);
                }
            }
        }

        if (open.Count > 0)
        {
            SchemaNode first = open.Keys.MinBy(node => node.Id)!;
            throw new JsonSchemaException(first.Pointer, first.Reference is null ? null : "$ref", "it refers to itself without going down into a property or an item.", "A recursive reference belongs into properties or items.");
        }
    }

    private static IEnumerable<SchemaNode> Targets(SchemaNode node)
    {
        SchemaNode?[] single = [node.Reference, node.Not, node.If, node.Then, node.Else];
        return node.AllOf.Concat(node.AnyOf).Concat(node.OneOf).Concat(node.Dependent.Select(d => d.Demand)).Concat(single.OfType<SchemaNode>());
    }
}
