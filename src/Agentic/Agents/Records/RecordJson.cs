using System.Text;
using System.Text.Json;

namespace Agentic.Agents.Records;

/// <summary>Finds the fields of a form in JSON, wherever in a reply it stands.</summary>
internal static class RecordJson
{
    private static readonly JsonReaderOptions Tolerant = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>The last object that has a field of the form; null when there is none.</summary>
    public static Dictionary<string, IReadOnlyList<string>>? Find(string reply, IReadOnlyList<RecordField> fields)
    {
        Dictionary<string, IReadOnlyList<string>>? found = null;
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(reply);
        while (bytes.IndexOf((byte)'{') is >= 0 and int at)
        {
            bytes = bytes[at..];
            (JsonElement? read, int length) = Parse(bytes);
            bytes = bytes[length..];
            if (read is not { } element)
            {
                continue;
            }

            var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            foreach (JsonProperty property in element.EnumerateObject())
            {
                if (fields.FirstOrDefault(f => f.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase)) is { } field)
                {
                    values[field.Name] = Texts(property.Value);
                }
            }

            found = values.Count > 0 ? values : found;
        }

        return found;
    }

    private static (JsonElement? Element, int Length) Parse(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, Tolerant);
        try
        {
            JsonElement element = JsonElement.ParseValue(ref reader);
            return (element, (int)reader.BytesConsumed);
        }
        catch (JsonException)
        {
            return (null, 1);
        }
    }

    private static IReadOnlyList<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().SelectMany(Texts)],
        JsonValueKind.Null => [],
        JsonValueKind.String => [value.GetString()!],
        _ => [value.GetRawText()],
    };
}
