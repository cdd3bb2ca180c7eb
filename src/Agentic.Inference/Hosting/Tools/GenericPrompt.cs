using Agentic.Inference.ChatTemplates;

namespace Agentic.Inference.Hosting.Tools;

/// <summary>Tools, calls and results as plain texts, for templates that do not know them.</summary>
internal static class GenericPrompt
{
    /// <summary>What the system text tells of the tools.</summary>
    public static string Offer(IReadOnlyList<TemplateTool> tools)
    {
        IEnumerable<string> lines = tools.Select(tool => JsonText.Of(JsonText.Element(new Dictionary<string, object?>
        {
            ["name"] = tool.Name,
            ["description"] = tool.Description,
            ["parameters"] = tool.Parameters,
        })));
        return "You can call these functions, given as JSON:\n<tools>\n" + string.Join('\n', lines) + "\n</tools>\n\n"
            + "To call a function, write its name and arguments as JSON like this:\n"
            + "<tool_call>\n{\"name\": \"function name\", \"arguments\": {\"argument\": \"value\"}}\n</tool_call>";
    }

    /// <summary>Puts calls into the text of the assistant.</summary>
    public static string Calls(string text, IReadOnlyList<TemplateToolCall> calls) => string.Join('\n', [
        .. text.Length > 0 ? [text] : Array.Empty<string>(),
        .. calls.Select(call => $"<tool_call>\n{{\"name\": \"{call.Name}\", \"arguments\": {JsonText.Of(call.Arguments)}}}\n</tool_call>"),
    ]);

    /// <summary>The end of what <see cref="Result"/> makes.</summary>
    public const string ResultEnd = "</tool_response>";

    /// <summary>A result as a user's text.</summary>
    public static string Result(string text) => $"<tool_response>\n{text}\n{ResultEnd}";
}
