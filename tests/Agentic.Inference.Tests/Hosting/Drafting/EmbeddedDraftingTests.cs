using System.Text.Json;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting.Drafting;

/// <summary>The embedded model copies from its prompt, drafted and plain.</summary>
[Collection(EmbeddedModelTests.Name)]
public sealed class EmbeddedDraftingTests(EmbeddedModel model)
{
    private const string Passage = "Invoice 20417 was issued on 3 March 2024 by Brightwater Pumps Ltd to the Municipal Water Works of Lindale. It lists two centrifugal pumps of type BW-350 at 1,890 euros each. The total is payable within thirty days.";

    private static readonly JsonElement Quotes = JsonDocument.Parse(
        """{"type":"object","properties":{"quotes":{"type":"array","minItems":2,"maxItems":3,"items":{"type":"string","maxLength":200}}},"required":["quotes"],"additionalProperties":false}""").RootElement.Clone();

    [Theory]
    [InlineData("Repeat the following text word for word.\n\n", false, 0f)]
    [InlineData("Repeat the following text word for word.\n\n", false, 0.7f)]
    [InlineData("Quote the sentences of this text as JSON.\n\n", true, 0f)]
    [InlineData("Quote the sentences of this text as JSON.\n\n", true, 0.9f)]
    public async Task GetResponse_CopyingTask_SameReplyInFewerSteps(string task, bool json, float temperature)
    {
        ChatOptions Options(bool drafting) => new()
        {
            MaxOutputTokens = 70,
            Temperature = temperature,
            Seed = 5,
            FrequencyPenalty = temperature / 10,
            ResponseFormat = json ? ChatResponseFormat.ForJsonSchema(Quotes) : null,
            AdditionalProperties = new() { [SamplingKeys.Drafting] = drafting, [SamplingKeys.TopLogProbs] = 2 },
        };
        ChatMessage[] messages = [new(ChatRole.User, task + Passage)];
        ChatResponse drafted = await model.Client.GetResponseAsync(messages, Options(true));
        ChatResponse plain = await model.Client.GetResponseAsync(messages, Options(false));
        Assert.Equal(plain.Text, drafted.Text);
        Assert.Equal(plain.FinishReason, drafted.FinishReason);
        Assert.Equal(LogProbs(plain), LogProbs(drafted));
        Assert.Equal(plain.Usage!.OutputTokenCount, drafted.Usage!.OutputTokenCount);
        Assert.Null(plain.Usage.AdditionalCounts);
        // How much is drafted goes by measured times, on a machine that others may use.
        Assert.InRange(Count(drafted, UsageKeys.AcceptedTokens), temperature > 0 ? 0 : 1, Count(drafted, UsageKeys.DraftedTokens));
    }

    private static long Count(ChatResponse response, string key) => response.Usage!.AdditionalCounts is { } counts ? counts[key] : 0;

    private static IEnumerable<(int?, double)> LogProbs(ChatResponse response) =>
        ((IReadOnlyList<TokenLogProbability>)response.AdditionalProperties![SamplingKeys.TopLogProbs]!).Select(token => (token.Id, token.LogProbability));
}
