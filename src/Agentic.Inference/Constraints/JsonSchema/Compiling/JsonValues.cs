using System.Text.Encodings.Web;
using System.Text.Json;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>JSON values compared and written as JSON Schema means them.</summary>
internal static class JsonValues
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Equal as JSON Schema says: numbers by value, objects without order.</summary>
    public static bool AreEqual(JsonElement a, JsonElement b)
    {
        if (a.ValueKind != b.ValueKind)
        {
            return false;
        }

        return a.ValueKind switch
        {
            JsonValueKind.Number => Number(a).Equals(Number(b)),
            JsonValueKind.String => a.GetString() == b.GetString(),
            JsonValueKind.Array => a.GetArrayLength() == b.GetArrayLength() && a.EnumerateArray().Zip(b.EnumerateArray()).All(pair => AreEqual(pair.First, pair.Second)),
            JsonValueKind.Object => a.EnumerateObject().Count() == b.EnumerateObject().Count() && a.EnumerateObject().All(p => b.TryGetProperty(p.Name, out JsonElement other) && AreEqual(p.Value, other)),
            _ => true,
        };
    }

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
