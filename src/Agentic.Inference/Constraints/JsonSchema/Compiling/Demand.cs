using System.Globalization;
using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Schemas that a value must meet all together, their references and <c>allOf</c> followed, choices (<c>anyOf</c>, <c>oneOf</c>) still open or taken.</summary>
internal sealed class Demand
{
    private Demand(IReadOnlyList<SchemaNode> nodes, IReadOnlyList<SchemaNode[]> open)
    {
        (Nodes, Open) = (nodes, open);
        Key = string.Join('+', nodes.Select(node => node.Id.ToString(CultureInfo.InvariantCulture)))
            + string.Concat(open.Select(options => $"/{string.Join('|', options.Select(node => node.Id.ToString(CultureInfo.InvariantCulture)))}"));
    }

    /// <summary>The schemas, each once, in order of their ids.</summary>
    public IReadOnlyList<SchemaNode> Nodes { get; }

    /// <summary>Choices of which one option each must be met too.</summary>
    public IReadOnlyList<SchemaNode[]> Open { get; }

    /// <summary>Equal for equal demands.</summary>
    public string Key { get; }

    public string Pointer => Nodes.Count > 0 ? Nodes[0].Pointer : "";

    public bool Never => Nodes.Any(node => node.Never) || Types == JsonTypes.None;

    public JsonTypes Types => Nodes.Aggregate(JsonTypes.Any, (types, node) => types & node.Types);

    /// <summary>What a value must not be equal to.</summary>
    public IEnumerable<JsonElement> Forbidden => Nodes.SelectMany(node => node.Forbidden);

    public static Demand Of(params IEnumerable<SchemaNode> schemas)
    {
        var nodes = new SortedDictionary<int, SchemaNode>();
        var open = new List<SchemaNode[]>();
        Add(schemas, nodes, open);
        return new Demand([.. nodes.Values], open);
    }

    /// <summary>The demand with its first open choice taken each way.</summary>
    public IEnumerable<Demand> Choices()
    {
        foreach (SchemaNode option in Open[0])
        {
            var nodes = new SortedDictionary<int, SchemaNode>();
            foreach (SchemaNode node in Nodes)
            {
                nodes[node.Id] = node;
            }

            var open = Open.Skip(1).ToList();
            Add([option], nodes, open);
            yield return new Demand([.. nodes.Values], open);
        }
    }

    /// <summary>For every schema that forbids what it does not evaluate: itself and its parts that are met by the same value.</summary>
    public List<SchemaNode[]> Closed(Func<SchemaNode, bool> closes) => [.. Nodes.Where(closes).Select(node => Nodes.Where(Within(node).Contains).ToArray())];

    /// <summary>The values of <c>enum</c> and <c>const</c> that all lists hold; null when there is no list.</summary>
    public List<JsonElement>? Constants()
    {
        JsonElement[][] lists = [.. Nodes.SelectMany(node => node.Enums)];
        return lists.Length == 0 ? null
            : [.. lists[0].Where(value => lists.All(list => Array.Exists(list, other => JsonValues.AreEqual(other, value))) && !Forbidden.Any(other => JsonValues.AreEqual(other, value)))];
    }

    private static void Add(IEnumerable<SchemaNode> schemas, SortedDictionary<int, SchemaNode> nodes, List<SchemaNode[]> open)
    {
        // A queue instead of recursion: a long chain of references takes no stack.
        var more = new Queue<SchemaNode>(schemas);
        while (more.TryDequeue(out SchemaNode? schema))
        {
            if (schema.SaysNothing || !nodes.TryAdd(schema.Id, schema))
            {
                continue;
            }

            if (schema.AnyOf.Length > 0)
            {
                open.Add(schema.AnyOf);
            }

            if (schema.OneOf.Length > 0)
            {
                open.Add(Disjointness.Exclusive(schema));
            }

            open.AddRange(Conditions.Of(schema));
            Array.ForEach(schema.AllOf, more.Enqueue);
            if (schema.Reference is { } reference)
            {
                more.Enqueue(reference);
            }
        }
    }

    private static HashSet<SchemaNode> Within(SchemaNode schema)
    {
        var inside = new HashSet<SchemaNode>();
        var more = new Queue<SchemaNode>([schema]);
        while (more.TryDequeue(out SchemaNode? next))
        {
            if (inside.Add(next))
            {
                foreach (SchemaNode part in next.AllOf.Concat(next.AnyOf).Concat(next.OneOf).Concat(next.Exclusive ?? []).Concat((next.Conditions ?? []).SelectMany(options => options)))
                {
                    more.Enqueue(part);
                }

                if (next.Reference is { } reference)
                {
                    more.Enqueue(reference);
                }
            }
        }

        return inside;
    }
}
