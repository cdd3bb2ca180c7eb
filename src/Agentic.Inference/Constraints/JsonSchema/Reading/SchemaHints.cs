namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>What to write instead of a keyword that is refused.</summary>
internal static class SchemaHints
{
    /// <summary>Dialects that are read, without '#' at the end.</summary>
    public static IReadOnlyList<string> Drafts { get; } =
    [
        "https://json-schema.org/draft/2020-12/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft-07/schema",
        "http://json-schema.org/draft-06/schema",
    ];

    public static string For(string keyword) => keyword switch
    {
        "exclusiveMinimum" or "exclusiveMaximum" => "Since draft-06 it is the limit itself: write \"exclusiveMinimum\": 0 instead of \"minimum\": 0, \"exclusiveMinimum\": true.",
        "unevaluatedProperties" => "Write additionalProperties in a schema that declares all properties itself.",
        "unevaluatedItems" => "Write items or prefixItems in a schema that declares all items itself.",
        "maxContains" => "Say with items what every item must be, and check the rest after the reply.",
        "$anchor" or "$dynamicAnchor" or "$dynamicRef" or "$recursiveRef" or "$recursiveAnchor" or "id" => "Refer to places by JSON pointer: \"$ref\": \"#/$defs/NAME\".",
        _ => "Remove it, or say it with a supported keyword; annotations such as description may stay.",
    };
}
