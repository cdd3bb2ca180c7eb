using Agentic.Inference.Constraints.Earley;

namespace Agentic.Inference.Constraints.Masks;

/// <summary>
/// Parts a set by the surroundings of its items: what goes on inside a rule is the same wherever the rule stands. A rule that can end after any
/// character would let the surroundings in everywhere; it is kept together with the rule that it stands in.
/// </summary>
internal sealed class SurroundingsCut(ItemSetTable table)
{
    // Rules kept together, one inside the other.
    private const int MostKept = 3;

    /// <summary>The surroundings of a set's items, and the items of each as a set with open surroundings.</summary>
    public List<(ItemSet Origin, ItemSet Alone)> Cut(ItemSet set)
    {
        var parts = new List<(ItemSet Origin, ItemSet Alone)>();
        foreach ((ItemSet origin, List<Item> items) in Group(set, MostKept))
        {
            parts.Add((origin, table.Intern([.. items.Distinct().Order()])));
        }

        return parts;
    }

    private Dictionary<ItemSet, List<Item>> Group(ItemSet set, int kept)
    {
        var groups = new Dictionary<ItemSet, List<Item>>(ReferenceEqualityComparer.Instance);
        foreach (Item item in set.Kernel)
        {
            if (item.State < 0)
            {
                continue;
            }

            if (kept == 0 || item.Origin.IsOpen || !table.Machine.States[item.State].Loose)
            {
                Add(item.Origin, item with { Origin = table.Hole });
                continue;
            }

            foreach ((ItemSet origin, List<Item> items) in Group(item.Origin, kept - 1))
            {
                // Of several surroundings only some may have begun this rule.
                ItemSet inner = table.Intern([.. items.Distinct().Order()]);
                table.Predict(inner);
                if (inner.Waiting!.ContainsKey(table.Machine.States[item.State].Rule))
                {
                    Add(origin, item with { Origin = inner });
                }
            }
        }

        return groups;

        void Add(ItemSet origin, Item item)
        {
            if (!groups.TryGetValue(origin, out List<Item>? items))
            {
                groups.Add(origin, items = []);
            }

            items.Add(item);
        }
    }
}
