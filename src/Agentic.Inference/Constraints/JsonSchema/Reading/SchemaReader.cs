using System.Text.Json;

namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>
/// Reads a schema of draft 2020-12, 2019-09, draft-07 or draft-06 into <see cref="SchemaNode"/>s: only what can be reached from the
/// root, each place once. Every keyword is honoured, an annotation, or refused by name.
/// </summary>
internal sealed partial class SchemaReader
{
    /// <summary>A schema may have so many schema objects.</summary>
    public const int MaxNodes = 20_000;

    private readonly JsonElement _root;
    private readonly string? _rootId;
    private readonly NodeIds _ids = new();
    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);
    private readonly Queue<(SchemaNode Node, JsonElement Source)> _pending = new();

    private SchemaReader(JsonElement root)
    {
        _root = root;
        _rootId = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("$id", out JsonElement id) && id.ValueKind == JsonValueKind.String
            ? id.GetString()!.TrimEnd('#')
            : null;
    }

    /// <summary>Reads a schema.</summary>
    /// <returns>The node of the root.</returns>
    /// <exception cref="JsonSchemaException">A keyword is not supported or wrong, or a reference leads nowhere.</exception>
    public static SchemaNode Read(JsonElement root)
    {
        var reader = new SchemaReader(root);
        SchemaNode node = reader.At("", root);
        while (reader._pending.TryDequeue(out (SchemaNode Node, JsonElement Source) next))
        {
            reader.Fill(next.Node, next.Source);
        }

        InPlaceCycles.Refuse(reader._nodes.Values);
        return node;
    }

    // The node of a place; read later, so that deep and circular schemas cost no stack.
    private SchemaNode At(string pointer, JsonElement source)
    {
        if (_nodes.TryGetValue(pointer, out SchemaNode? known))
        {
            return known;
        }

        if (_nodes.Count == MaxNodes)
        {
            throw new JsonSchemaException(pointer, null, $"it has more than {MaxNodes} schema objects.", "Leave out what the reply does not need.");
        }

        var node = new SchemaNode(_ids, pointer);
        _nodes.Add(pointer, node);
        _pending.Enqueue((node, source));
        return node;
    }

    private void Fill(SchemaNode node, JsonElement source)
    {
        if (source.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            node.Never = source.ValueKind == JsonValueKind.False;
            return;
        }

        if (source.ValueKind != JsonValueKind.Object)
        {
            throw new JsonSchemaException(node.Pointer, null, $"a schema is an object or a boolean, not {Kind(source)}.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty keyword in source.EnumerateObject())
        {
            if (!seen.Add(keyword.Name))
            {
                throw Refused(node, keyword.Name, "stands there twice.");
            }

            ReadKeyword(new Keyword(node, keyword.Name, keyword.Value, source));
        }

        if (node.Nullable && source.TryGetProperty("type", out _))
        {
            node.Types |= JsonTypes.Null;
        }

        ContradictionCheck.Refuse(node);
    }

    private SchemaNode Child(in Keyword keyword) => At(JsonPointers.Append(keyword.Node.Pointer, keyword.Name), keyword.Value);

    private SchemaNode[] Children(in Keyword keyword)
    {
        string pointer = JsonPointers.Append(keyword.Node.Pointer, keyword.Name);
        if (keyword.Value.ValueKind != JsonValueKind.Array || keyword.Value.GetArrayLength() == 0)
        {
            throw Refused(keyword.Node, keyword.Name, "must be a list of at least one schema.");
        }

        return [.. keyword.Value.EnumerateArray().Select((value, index) => At(JsonPointers.Append(pointer, index), value))];
    }

    private List<(string Name, SchemaNode Schema)> NamedChildren(in Keyword keyword)
    {
        string pointer = JsonPointers.Append(keyword.Node.Pointer, keyword.Name);
        if (keyword.Value.ValueKind != JsonValueKind.Object)
        {
            throw Refused(keyword.Node, keyword.Name, "must be an object of schemas.");
        }

        var children = new List<(string, SchemaNode)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in keyword.Value.EnumerateObject())
        {
            string name = WellFormed(keyword, property.Name);
            children.Add(names.Add(name)
                ? (name, At(JsonPointers.Append(pointer, name), property.Value))
                : throw Refused(keyword.Node, keyword.Name, $"names '{JsonSchemaException.Shown(name)}' twice."));
        }

        return children;
    }

    private static JsonSchemaException Refused(SchemaNode node, string keyword, string problem, string? hint = null) =>
        new(node.Pointer, keyword, $"'{JsonSchemaException.Shown(keyword)}' {problem}", hint);

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        JsonValueKind.Object => "an object",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "nothing",
    };

    /// <summary>A keyword of the schema object that is read.</summary>
    private readonly record struct Keyword(SchemaNode Node, string Name, JsonElement Value, JsonElement Schema);
}
