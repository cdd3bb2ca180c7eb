using System.Text.Json;

namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>One schema object or boolean schema as read: every keyword checked, references resolved. Absent keywords are null or empty.</summary>
internal sealed class SchemaNode(NodeIds ids, string pointer)
{
    /// <summary>The order of reading; names the node within its schema.</summary>
    public int Id { get; } = ids.Next();

    /// <summary>The keywords that demand something, annotations left out.</summary>
    public List<string> Keywords { get; } = [];

    /// <summary>The schema meets everything.</summary>
    public bool SaysNothing => !Never && Keywords.Count == 0;

    /// <summary>Where the node stands.</summary>
    public string Pointer { get; } = pointer;

    /// <summary>The boolean schema <c>false</c>.</summary>
    public bool Never { get; set; }

    public JsonTypes Types { get; set; } = JsonTypes.Any;

    /// <summary>OpenAPI 3.0: null is a value too where a type is named.</summary>
    public bool Nullable { get; set; }

    /// <summary>What a value must not be equal to.</summary>
    public JsonElement[] Forbidden { get; set; } = [];

    /// <summary>The values of <c>enum</c>, of <c>const</c>, or of both: a value must be in each list.</summary>
    public List<JsonElement[]> Enums { get; } = [];

    public NumberBounds Numbers { get; set; } = NumberBounds.None;

    public long MinLength { get; set; }

    public long? MaxLength { get; set; }

    public string? Pattern { get; set; }

    /// <summary>Texts of the node's patterns, as far as they have been asked for.</summary>
    public Dictionary<string, ByteAutomaton> Patterns { get; } = new(StringComparer.Ordinal);

    /// <summary>A pattern that a string must not have.</summary>
    public string? ForbiddenPattern { get; set; }

    public string? Format { get; set; }

    /// <summary>The value of <c>contentEncoding</c>.</summary>
    public string? Encoding { get; set; }

    public SchemaNode[] PrefixItems { get; set; } = [];

    public SchemaNode? Items { get; set; }

    public long MinItems { get; set; }

    public long? MaxItems { get; set; }

    public bool UniqueItems { get; set; }

    public SchemaNode? Contains { get; set; }

    public long MinContains { get; set; } = 1;

    /// <summary><c>unevaluatedItems</c> is false.</summary>
    public bool OnlyStatedItems { get; set; }

    /// <summary>In declared order; null when the keyword is absent.</summary>
    public Dictionary<string, SchemaNode>? Properties { get; set; }

    /// <summary>The names of <see cref="Properties"/> in declared order.</summary>
    public List<string> PropertyOrder { get; } = [];

    /// <summary>The schema has the keyword <c>properties</c>: unstated names are not meant.</summary>
    public bool DeclaresProperties { get; set; }

    public string[] Required { get; set; } = [];

    public SchemaNode? AdditionalProperties { get; set; }

    public (string Pattern, SchemaNode Schema)[] PatternProperties { get; set; } = [];

    public SchemaNode? PropertyNames { get; set; }

    public long MinProperties { get; set; }

    public long? MaxProperties { get; set; }

    /// <summary><c>unevaluatedProperties</c> is false.</summary>
    public bool OnlyStatedProperties { get; set; }

    /// <summary>What must hold when a property is there: <c>dependentRequired</c>, <c>dependentSchemas</c>, <c>dependencies</c>.</summary>
    public List<(string Property, SchemaNode Demand)> Dependent { get; } = [];

    public SchemaNode[] AllOf { get; set; } = [];

    public SchemaNode[] AnyOf { get; set; } = [];

    public SchemaNode[] OneOf { get; set; } = [];

    /// <summary>The options of <see cref="OneOf"/> in a form in which they exclude each other; null until it is asked for.</summary>
    public SchemaNode[]? Exclusive { get; set; }

    public SchemaNode? Reference { get; set; }

    public SchemaNode? Not { get; set; }

    public SchemaNode? If { get; set; }

    public SchemaNode? Then { get; set; }

    public SchemaNode? Else { get; set; }

    /// <summary>Schemas of which one is met by all that does not meet this one; null until they are asked for.</summary>
    public SchemaNode[]? Opposites { get; set; }

    /// <summary>Choices that say the same as the conditional keywords; null until they are made.</summary>
    public List<SchemaNode[]>? Conditions { get; set; }

    /// <summary>A schema at the same place that was not written there, with the demand that <paramref name="fill"/> gives it.</summary>
    public SchemaNode Derive(string keyword, Action<SchemaNode> fill)
    {
        var derived = new SchemaNode(ids, Pointer) { Keywords = { keyword } };
        fill(derived);
        return derived;
    }
}

/// <summary>Numbers the nodes of one schema.</summary>
internal sealed class NodeIds
{
    public int Count { get; private set; }

    public int Next() => Count++;
}
