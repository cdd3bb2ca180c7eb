using System.Text.Json;

namespace Agentic.Inference.ChatTemplates;

/// <summary>What a template can do with messages, found out by rendering small ones.</summary>
internal sealed class TemplateTraits
{
    public TemplateTraits(ChatTemplate template)
    {
        const string mark = "a mark";
        KnowsSystem = Render(template, new("system", mark), new("user", "x"))?.Contains(mark, StringComparison.Ordinal) == true;
        JsonElement map = JsonSerializer.SerializeToElement(new { mark }), text = JsonSerializer.SerializeToElement("{}");
        WantsTextArguments = Call(template, map) is null && Call(template, text) is not null;
    }

    /// <summary>System messages come out.</summary>
    public bool KnowsSystem { get; }

    /// <summary>Arguments of calls must be given as JSON text, not as an object.</summary>
    public bool WantsTextArguments { get; }

    private static string? Call(ChatTemplate template, JsonElement arguments) => Render(
        template, new("user", "x"), new("assistant", "") { ToolCalls = [new("abcdefgh1", "f", arguments)] }, new("tool", "y") { ToolCallId = "abcdefgh1", Name = "f" });

    private static string? Render(ChatTemplate template, params TemplateMessage[] messages)
    {
        try
        {
            return string.Concat(template.Render(messages, addGenerationPrompt: true, "", "").Select(part => part.Text));
        }
        catch (ChatTemplateException)
        {
            return null;
        }
    }
}
