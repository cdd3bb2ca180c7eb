using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using OpenAIMessage = OpenAI.Chat.ChatMessage;

namespace Agentic.Remote;

/// <summary>Messages of the platform as messages of the OpenAI client. Text only.</summary>
internal static class MessageMapper
{
    public static List<OpenAIMessage> Map(IEnumerable<ChatMessage> messages, string? instructions, string replyStart)
    {
        var mapped = new List<OpenAIMessage>();
        if (!string.IsNullOrEmpty(instructions))
        {
            mapped.Add(new SystemChatMessage(instructions));
        }
        mapped.AddRange(messages.Select(Map));
        if (mapped.Count == 0)
        {
            throw new ConfigurationException("A call needs at least one message.");
        }
        if (replyStart.Length > 0)
        {
            mapped.Add(new AssistantChatMessage(replyStart));
        }
        return mapped;
    }

    private static OpenAIMessage Map(ChatMessage message)
    {
        foreach (var content in message.Contents)
        {
            if (content is not (TextContent or TextReasoningContent or UsageContent))
            {
                throw new ConfigurationException($"Messages to a remote model carry text only so far, not {content.GetType().Name}.");
            }
        }
        var text = message.Text;
        return message.Role.Value switch
        {
            "system" or "developer" => new SystemChatMessage(text),
            "user" => new UserChatMessage(text),
            "assistant" => new AssistantChatMessage(text),
            var role => throw new ConfigurationException($"Messages of role '{role}' are not supported for remote models so far."),
        };
    }
}
