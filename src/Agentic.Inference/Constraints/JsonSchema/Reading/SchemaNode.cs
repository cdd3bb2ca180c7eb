using System.Text.Json;

namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>One schema object or boolean schema as read: every keyword checked, references resolved. Absent keywords are null or empty.</summary>
internal sealed class SchemaNode(int id, string pointer)
{
    /// <summary>The order of reading; names the node within its schema.</summary>
    public int Id { get; } = id;

    /// <summary>Where the node stands.</summary>
    public string Pointer { get; } = pointer;

    /// <summary>The boolean schema <c>false</c>.</summary>
    public bool Never { get; set; }

    public JsonTypes Types { get; set; } = JsonTypes.Any;

    /// <summary>The values of <c>enum</c>, of <c>const</c>, or of both: a value must be in each list.</summary>
    public List<JsonElement[]> Enums { get; } = [];

    public NumberBounds Numbers { get; set; } = NumberBounds.None;

    public long MinLength { get; set; }

    public long? MaxLength { get; set; }

    public string? Pattern { get; set; }

    public string? Format { get; set; }

    public SchemaNode[] PrefixItems { get; set; } = [];

    public SchemaNode? Items { get; set; }

    public long MinItems { get; set; }

    public long? MaxItems { get; set; }

    public bool UniqueItems { get; set; }

    /// <summary>In declared order; null when the keyword is absent.</summary>
    public Dictionary<string, SchemaNode>? Properties { get; set; }

    /// <summary>The names of <see cref="Properties"/> in declared order.</summary>
    public List<string> PropertyOrder { get; } = [];

    public string[] Required { get; set; } = [];

    public SchemaNode? AdditionalProperties { get; set; }

    public (string Pattern, SchemaNode Schema)[] PatternProperties { get; set; } = [];

    public SchemaNode? PropertyNames { get; set; }

    public long MinProperties { get; set; }

    public long? MaxProperties { get; set; }

    public SchemaNode[] AllOf { get; set; } = [];

    public SchemaNode[] AnyOf { get; set; } = [];

    public SchemaNode[] OneOf { get; set; } = [];

    /// <summary>The options of <see cref="OneOf"/> are proven to exclude each other.</summary>
    public bool ShownDisjoint { get; set; }

    public SchemaNode? Reference { get; set; }
}
