using System.Collections.Frozen;

namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>The keywords of a schema object by what the reader does with them; any other name is refused.</summary>
internal static class SchemaKeywords
{
    /// <summary>Keywords that tell people and programs about a value and demand nothing of it; so do names that begin with <c>x-</c>.</summary>
    public static FrozenSet<string> Annotations { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        "title", "description", "default", "examples", "example", "$comment", "deprecated", "readOnly", "writeOnly",
        "discriminator", "externalDocs", "xml", "contentMediaType", "contentSchema", "then", "else", "minContains");

    /// <summary>Keywords that name the schema, or hold others to refer to.</summary>
    public static FrozenSet<string> Shelves { get; } = FrozenSet.Create(StringComparer.Ordinal, "$schema", "$id", "$defs", "definitions", "components");

    /// <summary>Whether a keyword demands nothing where it stands.</summary>
    public static bool IsSilent(string name) => Annotations.Contains(name) || Shelves.Contains(name) || name.StartsWith("x-", StringComparison.Ordinal);

    /// <summary>Whether a keyword limits lists, or objects.</summary>
    public static bool SpeaksOf(string name, JsonTypes type) => type == JsonTypes.Array
        ? name is "items" or "prefixItems" or "additionalItems" or "minItems" or "maxItems" or "uniqueItems" or "contains" or "unevaluatedItems"
        : name is "properties" or "patternProperties" or "additionalProperties" or "propertyNames" or "required" or "minProperties" or "maxProperties"
            or "unevaluatedProperties" or "dependentRequired" or "dependentSchemas" or "dependencies";
}
