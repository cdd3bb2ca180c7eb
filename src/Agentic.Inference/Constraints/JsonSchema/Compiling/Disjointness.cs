using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Proves that the options of a <c>oneOf</c> exclude each other, so that meeting one is meeting exactly one.</summary>
internal static class Disjointness
{
    // So many pairs of schemas are looked at for one oneOf; recursive options that are alike would be looked at for ever.
    private const int MaxPairs = 100_000;

    /// <exception cref="JsonSchemaException">Two options may both hold.</exception>
    public static void Require(SchemaNode node)
    {
        if (node.ShownDisjoint)
        {
            return;
        }

        int pairs = MaxPairs;
        for (int i = 0; i < node.OneOf.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (!AreDisjoint(node.OneOf[i], node.OneOf[j], depth: 0, ref pairs))
                {
                    throw new JsonSchemaException(
                        node.Pointer, "oneOf", $"'oneOf' options {j} and {i} may both hold, or it cannot be shown that they do not.",
                        "Use 'anyOf', or give the options different types or a required property with different constants.");
                }
            }
        }

        node.ShownDisjoint = true;
    }

    private static bool AreDisjoint(SchemaNode a, SchemaNode b, int depth, ref int pairs)
    {
        if (--pairs < 0)
        {
            return false;
        }

        (IReadOnlyList<SchemaNode> left, IReadOnlyList<SchemaNode> right) = (Closure(a), Closure(b));
        JsonTypes common = Types(left) & Types(right);
        if (common == JsonTypes.None || left.Any(n => n.Never) || right.Any(n => n.Never))
        {
            return true;
        }

        if (Constants(left) is { } x && Constants(right) is { } y && !x.Any(v => y.Any(w => JsonValues.AreEqual(v, w))))
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

        foreach (string name in left.SelectMany(n => n.Required).Intersect(right.SelectMany(n => n.Required), StringComparer.Ordinal))
        {
            foreach (SchemaNode p in Declared(left, name))
            {
                foreach (SchemaNode q in Declared(right, name))
                {
                    if (AreDisjoint(p, q, depth + 1, ref pairs))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static IEnumerable<SchemaNode> Declared(IEnumerable<SchemaNode> nodes, string name) => nodes.Select(n => n.Properties?.GetValueOrDefault(name)).OfType<SchemaNode>();

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
