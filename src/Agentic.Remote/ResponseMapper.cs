using System.Text;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using PlatformReason = Microsoft.Extensions.AI.ChatFinishReason;
using RemoteReason = OpenAI.Chat.ChatFinishReason;

namespace Agentic.Remote;

/// <summary>What the endpoint answers, in the platform's terms.</summary>
internal static class ResponseMapper
{
    public static ChatResponse Map(ChatCompletion completion, string model, ReplyStartFilter start)
    {
        var text = start.Append(string.Concat(completion.Content.Select(part => part.Text))) + start.Flush();
        var message = new Microsoft.Extensions.AI.ChatMessage(ChatRole.Assistant, text) { MessageId = completion.Id };
        return new(message)
        {
            ResponseId = completion.Id,
            ModelId = string.IsNullOrEmpty(completion.Model) ? model : completion.Model,
            CreatedAt = completion.CreatedAt,
            FinishReason = Map(completion.FinishReason),
            Usage = Map(completion.Usage),
            AdditionalProperties = LogProbabilities(completion.ContentTokenLogProbabilities),
            RawRepresentation = completion,
        };
    }

    public static PlatformReason Map(RemoteReason reason) => reason switch
    {
        RemoteReason.Stop => PlatformReason.Stop,
        RemoteReason.Length => PlatformReason.Length,
        RemoteReason.ContentFilter => PlatformReason.ContentFilter,
        _ => PlatformReason.ToolCalls,
    };

    public static UsageDetails? Map(ChatTokenUsage? usage) => usage is null ? null : new()
    {
        InputTokenCount = usage.InputTokenCount,
        OutputTokenCount = usage.OutputTokenCount,
        TotalTokenCount = usage.TotalTokenCount,
        CachedInputTokenCount = usage.InputTokenDetails?.CachedTokenCount,
        ReasoningTokenCount = usage.OutputTokenDetails?.ReasoningTokenCount,
    };

    public static AdditionalPropertiesDictionary? LogProbabilities(IReadOnlyList<ChatTokenLogProbabilityDetails>? tokens)
    {
        if (tokens is not { Count: > 0 })
        {
            return null;
        }
        IReadOnlyList<TokenLogProbability> list = [.. tokens.Select(token => new TokenLogProbability(
            token.Token, null, token.LogProbability,
            [.. token.TopLogProbabilities.Select(top => new TokenLogProbability(top.Token, null, top.LogProbability, []))]))];
        return new() { [SamplingKeys.TopLogProbs] = list };
    }

    /// <summary>Text of a part of a stream.</summary>
    public static string Text(StreamingChatCompletionUpdate update)
    {
        var text = new StringBuilder();
        foreach (var part in update.ContentUpdate)
        {
            text.Append(part.Text);
        }
        return text.ToString();
    }
}
