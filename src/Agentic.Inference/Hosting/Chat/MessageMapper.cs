using Agentic.Inference.ChatTemplates;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>Messages of the platform as messages of a chat template. Text only.</summary>
internal static class MessageMapper
{
    public static List<TemplateMessage> Map(IEnumerable<ChatMessage> messages, string? instructions)
    {
        var mapped = new List<TemplateMessage>();
        if (!string.IsNullOrEmpty(instructions))
        {
            mapped.Add(new TemplateMessage("system", instructions));
        }

        mapped.AddRange(messages.Select(Map));
        return mapped.Count > 0 ? mapped : throw new ConfigurationException("A call needs at least one message.");
    }

    private static TemplateMessage Map(ChatMessage message)
    {
        foreach (AIContent content in message.Contents)
        {
            if (content is not (TextContent or TextReasoningContent or UsageContent))
            {
                throw new ConfigurationException($"This model reads text only; a message holds {content.GetType().Name}.");
            }
        }

        string role = message.Role.Value == "developer" ? "system" : message.Role.Value;
        return role is "system" or "user" or "assistant"
            ? new TemplateMessage(role, message.Text)
            : throw new ConfigurationException($"Messages of role '{role}' are not supported: tools are not offered yet.");
    }
}
