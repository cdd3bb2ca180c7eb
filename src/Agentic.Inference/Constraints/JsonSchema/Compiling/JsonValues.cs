using System.Text.Encodings.Web;
using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>JSON values compared and written as JSON Schema means them.</summary>
internal static class JsonValues
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text that is the same for values that are equal as JSON Schema says: numbers by value, objects without order.</summary>
    public static string Key(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => Number(value).ToString(),
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Key))}]",
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().Select(p => $"{Text(p.Name)}:{Key(p.Value)}").Order(StringComparer.Ordinal))}}}",
        _ => Text(value),
    };

    /// <summary>The values of a list, each once.</summary>
    public static IEnumerable<JsonElement> Distinct(IEnumerable<JsonElement> values) => values.DistinctBy(Key, StringComparer.Ordinal);

    /// <summary>The <see cref="Key"/>s of values.</summary>
    public static HashSet<string> Keys(IEnumerable<JsonElement> values) => values.Select(Key).ToHashSet(StringComparer.Ordinal);

    public static ExactDecimal Number(JsonElement value) =>
        ExactDecimal.TryParse(value.GetRawText(), out ExactDecimal number) ? number : throw new ArgumentException("The number was not checked.", nameof(value));

    /// <summary>The type of a value; 1.0 is an integer.</summary>
    public static JsonTypes TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Number => Number(value).IsInteger ? JsonTypes.Integer : JsonTypes.Fraction,
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Array => JsonTypes.Array,
        _ => JsonTypes.Object,
    };

    /// <summary>A value in its shortest spelling.</summary>
    public static string Text(JsonElement value) => JsonSerializer.Serialize(value, Plain);

    /// <summary>A string in quotes.</summary>
    public static string Text(string value) => JsonSerializer.Serialize(value, Plain);

    /// <summary>Code points of a string.</summary>
    public static int Length(string value) => value.EnumerateRunes().Count();
}
