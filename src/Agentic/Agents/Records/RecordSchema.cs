using System.Text.Json;
using System.Text.Json.Nodes;

namespace Agentic.Agents.Records;

/// <summary>A form as JSON Schema (draft 2020-12): every field in its order, nothing else.</summary>
internal static class RecordSchema
{
    public static JsonElement Of(IReadOnlyList<RecordField> fields) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(fields.Select(f => KeyValuePair.Create<string, JsonNode?>(f.Name, Of(f)))),
        // Held to the form a model always writes every field: an optional one may be empty.
        ["required"] = new JsonArray([.. fields.Select(f => (JsonNode)f.Name)]),
        ["additionalProperties"] = false,
    });

    private static JsonObject Of(RecordField field) => field.Kind switch
    {
        RecordFieldKind.Number => new JsonObject { ["type"] = "number", ["minimum"] = field.Least, ["maximum"] = field.Most },
        RecordFieldKind.Choice => new JsonObject { ["enum"] = new JsonArray([.. field.Choices.Select(c => (JsonNode)c)]) },
        RecordFieldKind.List => new JsonObject { ["type"] = "array", ["maxItems"] = field.MaxItems, ["items"] = Text(field.MaxLength) },
        _ => Text(field.MaxLength),
    };

    private static JsonObject Text(int most) => new() { ["type"] = "string", ["maxLength"] = most };
}
