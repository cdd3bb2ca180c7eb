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

    /// <summary>Puts the system's text before the first user's, for templates without a system.</summary>
    public static void SystemToUser(List<TemplateMessage> messages)
    {
        string system = messages[0].Content;
        messages.RemoveAt(0);
        if (messages is [{ Role: "user" } first, ..])
        {
            messages[0] = first with { Content = $"{system}\n\n{first.Content}" };
        }
        else
        {
            messages.Insert(0, new TemplateMessage("user", system));
        }
    }

    /// <summary>Adds a text to the system's.</summary>
    public static void AddToSystem(List<TemplateMessage> messages, string text)
    {
        if (messages[0].Role == "system")
        {
            messages[0] = messages[0] with { Content = messages[0].Content.Length > 0 ? $"{messages[0].Content}\n\n{text}" : text };
        }
        else
        {
            messages.Insert(0, new TemplateMessage("system", text));
        }
    }
}
