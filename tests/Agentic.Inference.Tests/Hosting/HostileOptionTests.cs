using System.Diagnostics;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>Numbers and messages that break engines: each has a sound meaning, or is refused in one sentence before any work is done.</summary>
[Collection(EmbeddedModelTests.Name)]
public sealed class HostileOptionTests(EmbeddedModel model)
{
    private static readonly ChatMessage[] Hello = [new(ChatRole.User, "Say hello.")];

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(1e9f)]
    [InlineData(-1f)]
    [InlineData(float.PositiveInfinity)]
    public void Temperature_WithoutMeaning_IsRefused(float temperature) => Refused("Temperature must lie between 0 and 100", new() { Temperature = temperature });

    [Fact]
    public async Task Temperature_Zero_IsGreedyWhateverTheSeed() =>
        Assert.Equal((await Ask(new() { Temperature = 0, Seed = 1 })).Text, (await Ask(new() { Temperature = 0, Seed = 2, TopK = 3, TopP = 0.1f })).Text);

    [Fact]
    public async Task Temperature_Hundred_StillDrawsTokens() => Assert.Equal(8, (await Ask(new() { Temperature = 100, Seed = 1 })).Usage!.OutputTokenCount);

    [Fact]
    public async Task TopK_MinusOne_IsAllTokens() =>
        Assert.Equal((await Ask(new() { Temperature = 1, Seed = 5 })).Text, (await Ask(new() { Temperature = 1, Seed = 5, TopK = -1 })).Text);

    [Theory]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    public void TopK_OtherNegatives_AreRefused(int topK) => Refused("Top-k must lie between 0", new() { TopK = topK });

    [Fact]
    public async Task TopK_BeyondTheVocabulary_IsAllTokens() =>
        Assert.Equal((await Ask(new() { Temperature = 1, Seed = 5 })).Text, (await Ask(new() { Temperature = 1, Seed = 5, TopK = int.MaxValue })).Text);

    [Fact]
    public async Task TopP_Zero_IsTheMostLikelyToken() =>
        Assert.Equal((await Ask(new())).Text, (await Ask(new() { Temperature = 1, Seed = 5, TopP = 0 })).Text);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void MaxOutputTokens_None_IsRefused(int tokens) => Refused("The length of the reply must be at least 1 token", new() { MaxOutputTokens = tokens });

    [Fact]
    public void MaxOutputTokens_BeyondTheWindow_IsRefusedWithNumbers()
    {
        var exception = Assert.Throws<BudgetException>(() => model.Client.GetStreamingResponseAsync(Hello, new() { MaxOutputTokens = int.MaxValue }));
        Assert.Equal((2048, model.Client.GetService<ITokenCounter>()!.CountPrompt(Hello).Count + (long)int.MaxValue), (exception.Limit, exception.Needed));
    }

    [Theory]
    [InlineData(49152, 1f, "token 49152, which does not exist")]
    [InlineData(-1, 1f, "token -1, which does not exist")]
    [InlineData(int.MaxValue, 1f, "does not exist")]
    [InlineData(7, float.NaN, "not NaN")]
    [InlineData(7, float.PositiveInfinity, "not Infinity")]
    public void LogitBias_WithoutMeaning_IsRefused(int token, float bias, string sentence) =>
        Refused(sentence, new() { AdditionalProperties = new() { [SamplingKeys.LogitBias] = new Dictionary<int, float> { [token] = bias } } });

    [Fact]
    public async Task LogitBias_MinusInfinity_ForbidsTheToken()
    {
        var free = await model.Client.Host.GenerateAsync(new() { Prompt = [1, 2, 3], MaxTokens = 1 }).FirstAsync();
        var bias = new Dictionary<int, float> { [free.Token!.Value.Token] = float.NegativeInfinity };
        var other = await model.Client.Host.GenerateAsync(new() { Prompt = [1, 2, 3], MaxTokens = 1, Sampling = new() { Bias = bias } }).FirstAsync();
        Assert.NotEqual(free.Token.Value.Token, other.Token!.Value.Token);
    }

    [Fact]
    public async Task StopSequences_HundredThousand_CostNextToNothing()
    {
        string[] stops = [.. Enumerable.Range(0, 100_000).Select(i => $"stop text {i}")];
        long started = Stopwatch.GetTimestamp();
        ChatResponse response = await Ask(new() { StopSequences = stops });
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 30);
        Assert.Equal((await Ask(new() { StopSequences = [] })).Text, response.Text);
    }

    [Fact]
    public void StopSequences_TooLong_AreRefused() => Refused("at most 10,000,000", new() { StopSequences = [new string('x', 10_000_001)] });

    [Fact]
    public void Messages_None_AreRefused()
    {
        var exception = Assert.Throws<ConfigurationException>(() => model.Client.GetStreamingResponseAsync([]));
        Assert.Contains("at least one message", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("system", "You are terse.")]
    [InlineData("system", "")]
    [InlineData("user", "")]
    [InlineData("assistant", "")]
    [InlineData("developer", "x")]
    public async Task Messages_OneOfAnyRole_AreAnswered(string role, string text)
    {
        ChatResponse response = await model.Client.GetResponseAsync([new(new ChatRole(role), text)], new() { MaxOutputTokens = 4 });
        Assert.InRange(response.Usage!.OutputTokenCount!.Value, 1, 4);
    }

    [Fact]
    public async Task Messages_WithoutContents_AreAnEmptyText() =>
        Assert.Equal(
            (await model.Client.GetResponseAsync([new ChatMessage(ChatRole.User, "")], new() { MaxOutputTokens = 4 })).Text,
            (await model.Client.GetResponseAsync([new ChatMessage(ChatRole.User, new List<AIContent>())], new() { MaxOutputTokens = 4 })).Text);

    private Task<ChatResponse> Ask(ChatOptions options)
    {
        options.MaxOutputTokens = 8;
        return model.Client.GetResponseAsync(Hello, options);
    }

    private void Refused(string sentence, ChatOptions options)
    {
        var exception = Assert.Throws<ConfigurationException>(() => model.Client.GetStreamingResponseAsync(Hello, options));
        Assert.Contains(sentence, exception.Message, StringComparison.Ordinal);
    }
}
