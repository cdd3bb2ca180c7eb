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
        if (OfferedTools.Read(options) is not { } tools)
        {
            return new ChatPrompt(mapped, []);
        }

        if (syntax.InTemplate)
        {
            return new ChatPrompt(mapped, tools.All);
        }

        GenericPrompt.AddToSystem(mapped, GenericPrompt.Offer(tools.All));
        if (!template.Traits.KnowsSystem)
        {
            GenericPrompt.SystemToUser(mapped);
        }

        return new ChatPrompt(mapped, []);
    }
}
