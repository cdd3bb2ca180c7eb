using System.Globalization;
using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Schemas that a value must meet all together, their references and <c>allOf</c> followed, choices (<c>anyOf</c>, <c>oneOf</c>) still open or taken.</summary>
internal sealed class Demand
{
    // Every option of a choice takes a copy of what stands beside it.
    private const int MostBesideChoices = 500;

    private Demand(IReadOnlyList<SchemaNode> nodes, IReadOnlyList<SchemaNode[]> open)
    {
        (Nodes, Open) = (nodes, open);

        // Lists of options that begin alike and are of one length are one list.
        Key = string.Join('+', nodes.Select(node => node.Id.ToString(CultureInfo.InvariantCulture)))
            + string.Concat(open.Select(options => string.Create(CultureInfo.InvariantCulture, $"/{options.Length}:{(options.Length == 0 ? 0 : options[0].Id)}")));
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
        if (Nodes.Count > MostBesideChoices)
        {
            throw new JsonSchemaException(Pointer, null, $"more than {MostBesideChoices} schemas speak of one value and leave choices.", "Write what they say together into one schema.");
        }

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
        if (lists.Length == 0)
        {
            return null;
        }

        HashSet<string>[] others = [.. lists.Skip(1).Select(JsonValues.Keys)];
        HashSet<string> forbidden = JsonValues.Keys(Forbidden);
        return [.. JsonValues.Distinct(lists[0]).Where(value => JsonValues.Key(value) is var key && !forbidden.Contains(key) && Array.TrueForAll(others, list => list.Contains(key)))];
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

            IEnumerable<SchemaNode[]> choices = Conditions.Of(schema);
            choices = schema.AnyOf.Length > 0 ? choices.Append(schema.AnyOf) : choices;
            choices = schema.OneOf.Length > 0 ? choices.Append(Disjointness.Exclusive(schema)) : choices;
            foreach (SchemaNode[] options in choices)
            {
                if (options.Length == 1)
                {
                    more.Enqueue(options[0]);
                }
                else
                {
                    open.Add(options);
                }
            }

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
