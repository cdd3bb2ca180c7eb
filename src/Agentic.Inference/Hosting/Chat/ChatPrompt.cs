using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Hosting.Tools;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>What a call gives to the chat template.</summary>
/// <param name="Messages">The conversation.</param>
/// <param name="Tools">Tools that the template is to list.</param>
internal sealed record ChatPrompt(IReadOnlyList<TemplateMessage> Messages, IReadOnlyList<TemplateTool> Tools)
{
    /// <exception cref="ConfigurationException">A message or tool cannot be served.</exception>
    public static ChatPrompt Create(IEnumerable<ChatMessage> messages, ChatOptions? options, ToolSyntax syntax, ChatTemplate template)
    {
        List<ChatMessage> all = [.. messages];
        bool textArguments = syntax.InTemplate && all.Any(message => message.Contents.Any(content => content is FunctionCallContent)) && template.Traits.WantsTextArguments;
        List<TemplateMessage> mapped = new MessageMapper(syntax, textArguments).Map(all, options?.Instructions);
        var tools = OfferedTools.Read(options);
        List<string> told = [];
        if (tools is not null && !syntax.InTemplate)
        {
            told.Add(GenericPrompt.Offer(tools.All));
        }

        if (options?.ResponseFormat is ChatResponseFormatJson { Schema: { } schema } && tools?.Required != true && TellsSchema(options))
        {
            told.Add($"Reply with JSON that follows this schema:\n{JsonText.Of(schema)}");
        }

        if (told.Count > 0)
        {
            Tell(mapped, string.Join("\n\n", told), template.Traits.KnowsSystem);
        }

        return new ChatPrompt(mapped, tools is not null && syntax.InTemplate ? tools.All : []);
    }

    private static bool TellsSchema(ChatOptions options) => options.AdditionalProperties?.GetValueOrDefault(SamplingKeys.TellSchema) switch
    {
        null => true,
        bool tells => tells,
        _ => throw new ConfigurationException($"The option {SamplingKeys.TellSchema} must be true or false."),
    };

    /// <summary>Adds a text to the system's; where the template has no system, all of that goes before the first user's.</summary>
    private static void Tell(List<TemplateMessage> messages, string text, bool knowsSystem)
    {
        if (messages[0].Role == "system")
        {
            text = messages[0].Content.Length > 0 ? $"{messages[0].Content}\n\n{text}" : text;
            messages.RemoveAt(0);
        }

        if (knowsSystem || messages is not [{ Role: "user" } first, ..])
        {
            messages.Insert(0, new TemplateMessage(knowsSystem ? "system" : "user", text));
        }
        else
        {
            messages[0] = first with { Content = $"{text}\n\n{first.Content}" };
        }
    }
}
