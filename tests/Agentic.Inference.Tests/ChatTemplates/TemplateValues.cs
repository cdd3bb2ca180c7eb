using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.Tests.ChatTemplates;

/// <summary>JSON of test cases as values of templates.</summary>
internal static class TemplateValues
{
    public static object? From(JsonElement json, bool isContent) => json.ValueKind switch
    {
        JsonValueKind.String => isContent ? MarkedText.Content(json.GetString()!) : MarkedText.Template(json.GetString()!),
        JsonValueKind.Number when json.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') >= 0 => json.GetDouble(),
        JsonValueKind.Number => json.TryGetInt64(out var number) ? (object)number : BigInteger.Parse(json.GetRawText(), CultureInfo.InvariantCulture),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => new TemplateList([.. json.EnumerateArray().Select(item => From(item, isContent))]),
        JsonValueKind.Object => Map(json, isContent),
        _ => null,
    };

    public static TemplateMap Map(JsonElement json, bool isContent = false)
    {
        var map = new TemplateMap();
        foreach (var member in json.EnumerateObject())
        {
            map[member.Name] = From(member.Value, isContent || member.Name == "messages");
        }
        return map;
    }
}
