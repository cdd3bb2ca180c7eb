using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agentic.Evaluation;

/// <summary>A document of a question row: a path, or a name and a text.</summary>
/// <param name="Name">Path relative to the question file, or the name of <paramref name="Text"/>.</param>
/// <param name="Text">The text itself; null when <paramref name="Name"/> is a path.</param>
[JsonConverter(typeof(QaDocumentConverter))]
public sealed record QaDocument(string Name, string? Text = null);

/// <summary>A JSON string is a path, an object has name and text.</summary>
internal sealed class QaDocumentConverter : JsonConverter<QaDocument>
{
    public override QaDocument Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new QaDocument(reader.GetString()!);
        }

        using var value = JsonDocument.ParseValue(ref reader);
        return value.RootElement.ValueKind == JsonValueKind.Object
            && value.RootElement.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String
            && value.RootElement.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String
            ? new QaDocument(name.GetString()!, text.GetString())
            : throw new JsonException("a document is a path or an object with name and text");
    }

    public override void Write(Utf8JsonWriter writer, QaDocument value, JsonSerializerOptions options)
    {
        if (value.Text is null)
        {
            writer.WriteStringValue(value.Name);
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("name", value.Name);
        writer.WriteString("text", value.Text);
        writer.WriteEndObject();
    }
}
