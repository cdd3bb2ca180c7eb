using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates;

/// <summary>Messages and tools as the values that templates expect. What users, tools and models say is marked as content.</summary>
internal static class TemplateVariables
{
    private static readonly HashSet<string> KnownRoles = ["system", "user", "assistant", "tool", "developer"];

    public static TemplateMap Message(TemplateMessage message)
    {
        var map = new TemplateMap
        {
            ["role"] = KnownRoles.Contains(message.Role) ? MarkedText.Template(message.Role) : MarkedText.Content(message.Role),
            ["content"] = MarkedText.Content(message.Content),
        };
        // Templates ask whether these are there at all.
        Add(map, "reasoning_content", message.Reasoning);
        Add(map, "tool_call_id", message.ToolCallId);
        Add(map, "name", message.Name);
        if (message.ToolCalls.Count > 0)
        {
            map["tool_calls"] = new TemplateList([.. message.ToolCalls.Select(Call)]);
        }
        return map;
    }

    public static TemplateMap Tool(TemplateTool tool) => Function(new TemplateMap
    {
        ["name"] = MarkedText.Content(tool.Name),
        ["description"] = MarkedText.Content(tool.Description),
        ["parameters"] = Content(tool.Parameters),
    });

    /// <summary>Characters that come from the message, counted roughly: what rendering may cost.</summary>
    public static long Length(TemplateMessage message) =>
        message.Content.Length + (message.Reasoning?.Length ?? 0) + message.ToolCalls.Sum(call => (long)call.Arguments.GetRawText().Length);

    /// <summary>JSON as a value whose every text, names included, is content.</summary>
    public static object? Content(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => MarkedText.Content(json.GetString()!),
        JsonValueKind.Number when json.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') >= 0 => json.GetDouble(),
        JsonValueKind.Number => json.TryGetInt64(out long number) ? (object)number : BigInteger.Parse(json.GetRawText(), CultureInfo.InvariantCulture),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => new TemplateList([.. json.EnumerateArray().Select(Content)]),
        JsonValueKind.Object => Map(json),
        _ => null,
    };

    private static TemplateMap Call(TemplateToolCall call)
    {
        TemplateMap map = Function(new TemplateMap
        {
            ["name"] = MarkedText.Content(call.Name),
            ["arguments"] = Content(call.Arguments),
        });
        map["id"] = MarkedText.Content(call.Id);
        return map;
    }

    private static TemplateMap Function(TemplateMap function) => new() { ["type"] = MarkedText.Template("function"), ["function"] = function };

    private static TemplateMap Map(JsonElement json)
    {
        var map = new TemplateMap();
        foreach (JsonProperty member in json.EnumerateObject())
        {
            map.Set(MarkedText.Content(member.Name), Content(member.Value));
        }
        return map;
    }

    private static void Add(TemplateMap map, string key, string? text)
    {
        if (text is not null)
        {
            map[key] = MarkedText.Content(text);
        }
    }
}
