using Microsoft.Extensions.AI;

namespace Agentic;

/// <summary>Counts tokens as the model will see them, chat template included. Thread-safe.</summary>
/// <remarks>Obtained from <see cref="IChatClient.GetService"/>; a client without it gets a conservative estimate.</remarks>
public interface ITokenCounter
{
    /// <summary>True when counts are the model's own; false when they are an upper estimate.</summary>
    bool IsExact { get; }

    /// <summary>How it counts, for people: the tokenizer's name or the rule of the estimate.</summary>
    string Method { get; }

    /// <summary>Tokens of a text by itself; special tokens in it count as plain text.</summary>
    int CountText(ReadOnlySpan<char> text);

    /// <summary>The longest prefix of a text, in UTF-16 units, that has at most <paramref name="maxTokens"/> tokens and splits no code point.</summary>
    int PrefixLength(ReadOnlySpan<char> text, int maxTokens);

    /// <summary>Renders messages by the model's chat template and counts the result.</summary>
    /// <param name="messages">Messages; their text is content and cannot form special tokens.</param>
    /// <param name="replyStart">Text that the assistant's reply must begin with; it is part of the prompt.</param>
    PromptTokens CountPrompt(IEnumerable<ChatMessage> messages, string? replyStart = null);

    /// <summary>Counts a whole call: messages with the options' instructions, tools, and start of the reply.</summary>
    /// <remarks>A counter that does not say otherwise counts a tool by its name, description and schema, as text of the system.</remarks>
    /// <param name="messages">Messages, as above.</param>
    /// <param name="options">The options that the call will have; null = none.</param>
    PromptTokens CountCall(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        List<ChatMessage> all = [.. messages];
        foreach (AITool tool in options?.Tools ?? [])
        {
            all.Insert(0, new ChatMessage(ChatRole.System, $"{tool.Name}: {tool.Description} {(tool as AIFunctionDeclaration)?.JsonSchema}"));
        }

        if (!string.IsNullOrEmpty(options?.Instructions))
        {
            all.Insert(0, new ChatMessage(ChatRole.System, options.Instructions));
        }

        return CountPrompt(all, options?.AdditionalProperties?.GetValueOrDefault(SamplingKeys.ReplyStart) as string);
    }
}

/// <summary>A rendered prompt: what was counted is exactly what is sent.</summary>
/// <param name="Count">Number of tokens.</param>
/// <param name="Ids">The token ids; null when the counter only estimates.</param>
public sealed record PromptTokens(int Count, IReadOnlyList<int>? Ids)
{
    /// <summary>Key in <see cref="ChatOptions.AdditionalProperties"/> under which a local client takes a <see cref="PromptTokens"/> in place of rendering the messages again.</summary>
    public const string OptionKey = "agentic.prompt_tokens";
}
