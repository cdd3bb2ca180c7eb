using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Proves that the options of a <c>oneOf</c> exclude each other, so that meeting one is meeting exactly one.</summary>
internal static class Disjointness
{
    // So many pairs of schemas are looked at for one oneOf; recursive options that are alike would be looked at for ever.
    private const int MaxPairs = 100_000;

    /// <summary>
    /// Options of which one holds exactly when one option of <c>oneOf</c> and no other does: the options themselves where they exclude each other,
    /// else each with the negation of the others.
    /// </summary>
    /// <exception cref="JsonSchemaException">Two options may both hold, and one of them has no negation.</exception>
    public static SchemaNode[] Exclusive(SchemaNode node)
    {
        if (node.Exclusive is null)
        {
            node.Exclusive = Overlap(node) is not var (one, other) ? node.OneOf
                : [.. node.OneOf.Select(option => node.Derive("allOf", both => both.AllOf = [option, .. node.OneOf.Where(o => o != option).Select(o => Negated(node, o, one, other))]))];
        }

        return node.Exclusive;
    }

    private static SchemaNode Negated(SchemaNode node, SchemaNode option, int one, int other)
    {
        try
        {
            Opposites.Of(option);
            return Opposites.Not(option);
        }
        catch (JsonSchemaException e)
        {
            throw new JsonSchemaException(
                node.Pointer, "oneOf", $"'oneOf' options {one} and {other} may both hold, or it cannot be shown that they do not, and at '#{JsonSchemaException.Shown(e.Pointer)}' stands '{e.Keyword}', which cannot be negated.",
                "Use 'anyOf', or give the options different types or a required property with different constants.");
        }
    }

    /// <summary>The first two options that may both hold.</summary>
    private static (int One, int Other)? Overlap(SchemaNode node)
    {
        int pairs = MaxPairs;
        JsonTypes types = Types(Closure(node));
        for (int i = 0; i < node.OneOf.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (!AreDisjoint(node.OneOf[i], node.OneOf[j], types, depth: 0, ref pairs))
                {
                    return (j, i);
                }
            }
        }

        return null;
    }

    private static bool AreDisjoint(SchemaNode a, SchemaNode b, JsonTypes types, int depth, ref int pairs)
    {
        if (--pairs < 0)
        {
            return false;
        }

        (IReadOnlyList<SchemaNode> left, IReadOnlyList<SchemaNode> right) = (Closure(a), Closure(b));
        JsonTypes common = types & Types(left) & Types(right);
        if (common == JsonTypes.None || left.Any(n => n.Never) || right.Any(n => n.Never))
        {
            return true;
        }

        if (Constants(left) is { } x && Constants(right) is { } y && !JsonValues.Keys(x).Overlaps(JsonValues.Keys(y)))
        {
            return true;
        }

        if ((common & ~JsonTypes.Number) == 0
            && left.Concat(right).Aggregate(NumberBounds.None, (bounds, n) => bounds.And(n.Numbers)).Contradictory)
        {
            return true;
        }

        if (common != JsonTypes.Object || depth == 8)
        {
            return false;
        }

        // A property that one of them demands must meet what both say of it.
        foreach (string name in left.Concat(right).SelectMany(n => n.Required).Distinct(StringComparer.Ordinal))
        {
            List<SchemaNode> ofLeft = Declared(left, name), ofRight = Declared(right, name);
            if (ofLeft.Concat(ofRight).Any(p => p.Never))
            {
                return true;
            }

            foreach (SchemaNode p in ofLeft)
            {
                foreach (SchemaNode q in ofRight)
                {
                    if (AreDisjoint(p, q, JsonTypes.Any, depth + 1, ref pairs))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static List<SchemaNode> Declared(IEnumerable<SchemaNode> nodes, string name) =>
        [.. nodes.Select(n => n.Properties?.GetValueOrDefault(name) ?? (n.PatternProperties.Length == 0 ? n.AdditionalProperties : null)).OfType<SchemaNode>()];

    private static List<SchemaNode> Closure(SchemaNode node)
    {
        var all = new List<SchemaNode>();
        var seen = new HashSet<SchemaNode>();
        var open = new Stack<SchemaNode>([node]);
        while (open.TryPop(out SchemaNode? next))
        {
            if (seen.Add(next))
            {
                all.Add(next);
                Array.ForEach(next.AllOf, open.Push);
                if (next.Reference is { } reference)
                {
                    open.Push(reference);
                }
            }
        }

        return all;
    }

    private static JsonTypes Types(IEnumerable<SchemaNode> nodes) => nodes.Aggregate(JsonTypes.Any, (types, node) => types & node.Types);

    private static JsonElement[]? Constants(IEnumerable<SchemaNode> nodes) => nodes.SelectMany(node => node.Enums).FirstOrDefault();
}
