using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Agentic.Remote.Tests;

public sealed class RemoteChatClientTests
{
    private const string Completion = """{"id":"c1","object":"chat.completion","created":1700000000,"model":"m-served","choices":[{"index":0,"message":{"role":"assistant","content":"Hello there"},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":2,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":4}}}""";
    private static readonly ChatMessage[] Hi = [new(ChatRole.System, "Be kind."), new(ChatRole.User, "Hi")];

    [Fact]
    public async Task GetResponse_CompleteReply_TextUsageReasonAndIds()
    {
        using var endpoint = ScriptedEndpoint.Json(200, Completion);
        using var client = Client(endpoint.Uri);
        var response = await client.GetResponseAsync(Hi);
        Assert.Equal("Hello there", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal("m-served", response.ModelId);
        Assert.Equal("c1", response.Messages[0].MessageId);
        Assert.Equal((11L, 2L, 13L, 4L), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount, response.Usage.CachedInputTokenCount));
    }

    [Fact]
    public async Task GetResponse_AllOptions_ArriveAsJson()
    {
        using var endpoint = ScriptedEndpoint.Json(200, Completion);
        using var client = Client(endpoint.Uri);
        await client.GetResponseAsync(Hi, new ChatOptions
        {
            Instructions = "Answer briefly.",
            Temperature = 0.5f,
            TopP = 0.9f,
            TopK = 40,
            FrequencyPenalty = 0.25f,
            PresencePenalty = 0.75f,
            Seed = 7,
            MaxOutputTokens = 64,
            StopSequences = ["END"],
            ResponseFormat = ChatResponseFormat.Json,
            AdditionalProperties = new()
            {
                [SamplingKeys.MinP] = 0.125f,
                [SamplingKeys.RepetitionPenalty] = 1.5f,
                [SamplingKeys.TopLogProbs] = 3,
                [SamplingKeys.LogitBias] = new Dictionary<int, float> { [5] = -100 },
                [PromptTokens.OptionKey] = new PromptTokens(10, null),
                [SamplingKeys.Priority] = "batch",
            },
        });
        var request = Assert.Single(endpoint.Requests);
        Assert.DoesNotContain("priority", request.GetRawText(), StringComparison.Ordinal);
        var messages = request.GetProperty("messages");
        Assert.Equal(["system", "system", "user"], messages.EnumerateArray().Select(m => m.GetProperty("role").GetString()));
        Assert.Equal("Answer briefly.", messages[0].GetProperty("content").GetString());
        Assert.Equal("test-model", request.GetProperty("model").GetString());
        Assert.Equal(0.5, request.GetProperty("temperature").GetDouble());
        Assert.Equal(0.9, request.GetProperty("top_p").GetDouble(), 5);
        Assert.Equal(40, request.GetProperty("top_k").GetInt32());
        Assert.Equal(0.25, request.GetProperty("frequency_penalty").GetDouble());
        Assert.Equal(0.75, request.GetProperty("presence_penalty").GetDouble());
        Assert.Equal(7, request.GetProperty("seed").GetInt64());
        Assert.Equal(64, request.GetProperty("max_completion_tokens").GetInt32());
        Assert.Equal("END", request.GetProperty("stop")[0].GetString());
        Assert.Equal("json_object", request.GetProperty("response_format").GetProperty("type").GetString());
        Assert.Equal(0.125, request.GetProperty("min_p").GetDouble());
        Assert.Equal(1.5, request.GetProperty("repetition_penalty").GetDouble());
        Assert.Equal(3, request.GetProperty("top_logprobs").GetInt32());
        Assert.Equal(-100, request.GetProperty("logit_bias").GetProperty("5").GetInt32());
    }

    [Fact]
    public async Task GetStreaming_WholeStream_UpdatesUsageAndReason()
    {
        using var endpoint = ScriptedEndpoint.Events(Chunk("""{"role":"assistant","content":""}"""), Chunk("""{"content":"Hel"}"""), Chunk("""{"content":"lo"}"""), Chunk("{}", "length"),
            """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""", "[DONE]");
        using var client = Client(endpoint.Uri);
        var updates = await client.GetStreamingResponseAsync(Hi).ToListAsync();
        var response = updates.ToChatResponse();
        Assert.Equal("Hello", response.Text);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal(5, response.Usage!.TotalTokenCount);
        Assert.Single(updates.Select(update => update.MessageId).Distinct());
        Assert.True(endpoint.Requests[0].GetProperty("stream").GetBoolean());
    }

    [Fact]
    public async Task GetStreaming_WholeStream_MeasuresItsSpeed()
    {
        using var endpoint = ScriptedEndpoint.Events(Chunk("""{"role":"assistant","content":"Hel"}"""), Chunk("""{"content":"lo"}"""), Chunk("{}", "stop"),
            """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}""", "[DONE]");
        using var client = Client(endpoint.Uri);
        var profile = client.GetService<IModelProfile>()!;
        Assert.Null(profile.PrefillTokensPerSecond);
        await client.GetStreamingResponseAsync(Hi).ToListAsync();
        Assert.True(profile.PrefillTokensPerSecond > 0);
    }

    [Fact]
    public async Task Reply_CutByAContentFilter_SaysSo()
    {
        using var whole = ScriptedEndpoint.Json(200, Completion.Replace("\"finish_reason\":\"stop\"", "\"finish_reason\":\"content_filter\"", StringComparison.Ordinal));
        using var first = Client(whole.Uri);
        Assert.Equal(ChatFinishReason.ContentFilter, (await first.GetResponseAsync(Hi)).FinishReason);

        using var stream = ScriptedEndpoint.Events(Chunk("""{"role":"assistant","content":"Hel"}"""), Chunk("{}", "content_filter"), "[DONE]");
        using var second = Client(stream.Uri);
        Assert.Equal(ChatFinishReason.ContentFilter, (await second.GetStreamingResponseAsync(Hi).ToListAsync()).ToChatResponse().FinishReason);
    }

    [Fact]
    public async Task GetStreaming_EndWithoutFinishReason_FailsWithWhatThereWas()
    {
        using var endpoint = ScriptedEndpoint.Events(Chunk("""{"role":"assistant","content":"Hal"}"""), "[DONE]");
        using var client = Client(endpoint.Uri);
        var exception = await Assert.ThrowsAsync<ModelCallException>(async () => await client.GetStreamingResponseAsync(Hi).ToListAsync());
        Assert.Equal("Hal", exception.LastOutput);
        Assert.True(exception.Transient);
        AssertOneSentence(exception, "finish reason");
    }

    [Fact]
    public async Task GetStreaming_ErrorEventInTheStream_Fails()
    {
        using var endpoint = ScriptedEndpoint.Events(Chunk("""{"role":"assistant","content":"Hal"}"""), """{"error":{"message":"boom"}}""");
        using var client = Client(endpoint.Uri);
        await Assert.ThrowsAsync<ModelCallException>(async () => await client.GetStreamingResponseAsync(Hi).ToListAsync());
    }

    [Fact]
    public async Task GetStreaming_ConnectionBreaks_FailsAfterTheText()
    {
        using var endpoint = ScriptedEndpoint.BrokenEvents(Chunk("""{"role":"assistant","content":"Hal"}"""));
        using var client = Client(endpoint.Uri);
        var text = "";
        var exception = await Assert.ThrowsAsync<ModelCallException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync(Hi))
            {
                text += update.Text;
            }
        });
        Assert.Equal("Hal", text);
        AssertOneSentence(exception, "broke");
    }

    [Theory]
    [InlineData(401, """{"error":{"message":"Bad key given","type":"authentication_error","param":null,"code":null}}""", "Bad key given")]
    [InlineData(429, """{"error":{"message":"Too fast","type":"rate_limit_error","param":null,"code":null}}""", "Too fast")]
    [InlineData(500, """{"error":{"message":"Out of luck","type":"server_error","param":null,"code":null}}""", "Out of luck")]
    [InlineData(503, "<html>busy</html>", "503")]
    public async Task Call_ErrorStatus_OneSentenceWithStatusAndReason(int status, string body, string reason)
    {
        using var endpoint = ScriptedEndpoint.Json(status, body);
        using var client = Client(endpoint.Uri);
        var whole = await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync(Hi));
        AssertOneSentence(whole, status.ToString(System.Globalization.CultureInfo.InvariantCulture), reason);
        var stream = await Assert.ThrowsAsync<ModelCallException>(async () => await client.GetStreamingResponseAsync(Hi).ToListAsync());
        AssertOneSentence(stream, reason);
        Assert.Equal(2, endpoint.Requests.Count);
    }

    [Theory]
    [InlineData("<html>not json</html>")]
    [InlineData("{}")]
    [InlineData("[1,2,3]")]
    [InlineData("")]
    public async Task GetResponse_Garbage_Fails(string body)
    {
        using var endpoint = ScriptedEndpoint.Json(200, body);
        using var client = Client(endpoint.Uri);
        AssertOneSentence(await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync(Hi)));
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    public async Task Call_ErrorStatus_SaysWhetherItMayPass(int status, bool passing)
    {
        using var endpoint = ScriptedEndpoint.Json(status, """{"error":{"message":"no"}}""", "Retry-After: 7\r\n");
        using var client = Client(endpoint.Uri);
        var exception = await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync(Hi));
        Assert.Equal(passing, exception.Transient);
        Assert.Equal(TimeSpan.FromSeconds(7), exception.RetryAfter);
    }

    [Fact]
    public async Task Call_WrongAddress_SaysSoAndNeverPasses()
    {
        using var endpoint = ScriptedEndpoint.Json(200, "<html>not json</html>");
        using var client = Client(endpoint.Uri);
        Assert.False((await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync(Hi))).Transient);
    }

    [Fact]
    public async Task Call_SecretsInTheAddress_AreNeverShown()
    {
        using var endpoint = ScriptedEndpoint.Json(401, """{"error":{"message":"no"}}""");
        var secret = new UriBuilder(endpoint.Uri) { UserName = "me", Password = "hunter2", Query = "key=hunter3" }.Uri;
        using var client = new RemoteChatClient(new() { Endpoint = secret, Model = "m", ApiKeyVariable = "MY_KEY" });
        var exception = await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync(Hi));
        Assert.DoesNotContain("hunter", exception.Message + client.GetService<IModelProfile>()!.WeightsId, StringComparison.Ordinal);
        Assert.Contains("MY_KEY", exception.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetStreaming_Garbage_Fails()
    {
        using var endpoint = ScriptedEndpoint.Events("this is not json");
        using var client = Client(endpoint.Uri);
        AssertOneSentence(await Assert.ThrowsAsync<ModelCallException>(async () => await client.GetStreamingResponseAsync(Hi).ToListAsync()));
    }

    [Fact]
    public async Task GetResponse_NobodyListens_SaysThatItCannotBeReached()
    {
        Uri uri;
        using (var endpoint = ScriptedEndpoint.Json(200, "{}"))
        {
            uri = endpoint.Uri;
        }
        using var client = Client(uri);
        AssertOneSentence(await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync(Hi)), "cannot be reached");
    }

    [Fact]
    public async Task GetResponse_SilentEndpoint_FailsAfterTheTimeout()
    {
        using var endpoint = ScriptedEndpoint.Silent();
        using var client = Client(endpoint.Uri, TimeSpan.FromMilliseconds(50));
        AssertOneSentence(await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync(Hi)), "0.1 s");
    }

    [Fact]
    public async Task GetStreaming_Cancelled_IsACancellation()
    {
        using var endpoint = ScriptedEndpoint.Silent(Chunk("""{"role":"assistant","content":"Hal"}"""));
        using var client = Client(endpoint.Uri);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync(Hi, cancellationToken: cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task Call_WhatCannotBePassedOn_IsRefusedBeforeSending()
    {
        using var endpoint = ScriptedEndpoint.Json(200, Completion);
        using var client = Client(endpoint.Uri);
        await Assert.ThrowsAsync<ConfigurationException>(() => client.GetResponseAsync(Hi, new() { Tools = [AIFunctionFactory.Create(() => 1, "one")] }));
        await Assert.ThrowsAsync<ConfigurationException>(() => client.GetResponseAsync([new(ChatRole.User, [new UriContent("http://x/y.png", "image/png")])]));
        await Assert.ThrowsAsync<ConfigurationException>(() => client.GetResponseAsync(Hi, new() { AdditionalProperties = new() { [SamplingKeys.ReplyStart] = 5 } }));
        await Assert.ThrowsAsync<ConfigurationException>(() => client.GetResponseAsync(Hi, new() { AdditionalProperties = new() { [PromptTokens.OptionKey] = new PromptTokens(1, [1]) } }));
        await Assert.ThrowsAsync<ConfigurationException>(() => client.GetResponseAsync(Hi, new() { AdditionalProperties = new() { [SamplingKeys.MinP] = "half" } }));
        foreach (string key in (string[])[ConstraintKeys.Regex, ConstraintKeys.Choices, ConstraintKeys.Gbnf, SamplingKeys.CloseAtLimit])
        {
            Assert.Contains(key, (await Assert.ThrowsAsync<ConfigurationException>(() => client.GetResponseAsync(Hi, new() { AdditionalProperties = new() { [key] = "a" } }))).Message);
        }

        await Assert.ThrowsAsync<ConfigurationException>(() => client.GetResponseAsync([]));
        Assert.Empty(endpoint.Requests);
    }

    [Fact]
    public async Task Call_WithReplyStart_SendsItLastAndTakesItOffTheReply()
    {
        var options = new ChatOptions { AdditionalProperties = new() { [SamplingKeys.ReplyStart] = "Hello " } };
        using var whole = ScriptedEndpoint.Json(200, Completion);
        using var client = Client(whole.Uri);
        Assert.Equal("there", (await client.GetResponseAsync(Hi, options)).Text);
        var last = whole.Requests[0].GetProperty("messages")[2];
        Assert.Equal(("assistant", "Hello "), (last.GetProperty("role").GetString(), last.GetProperty("content").GetString()));

        using var parts = ScriptedEndpoint.Events(Chunk("""{"content":"Hel"}"""), Chunk("""{"content":"lo "}"""), Chunk("""{"content":"you"}"""), Chunk("{}", "stop"), "[DONE]");
        using var streaming = Client(parts.Uri);
        Assert.Equal("you", string.Concat(await streaming.GetStreamingResponseAsync(Hi, options).Select(update => update.Text).ToListAsync()));

        using var other = ScriptedEndpoint.Events(Chunk("""{"content":"Hel"}"""), Chunk("{}", "stop"), "[DONE]");
        using var continuing = Client(other.Uri);
        Assert.Equal("Hel", string.Concat(await continuing.GetStreamingResponseAsync(Hi, options).Select(update => update.Text).ToListAsync()));
    }

    [Fact]
    public async Task Key_InTheEnvironment_IsSentAndNeverShown()
    {
        const string Variable = "AGENTIC_TEST_KEY_FOR_REMOTE";
        Environment.SetEnvironmentVariable(Variable, "sk-secret");
        using var endpoint = ScriptedEndpoint.Json(401, """{"error":{"message":"no"}}""");
        using var client = new RemoteChatClient(new() { Endpoint = endpoint.Uri, Model = "m", ApiKeyVariable = Variable });
        var exception = await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync(Hi));
        Assert.Contains("Bearer sk-secret", endpoint.Headers, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", exception.Message + exception.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void GetService_Capabilities_AreThereOrNull()
    {
        using var client = Client(new Uri("http://localhost:1/v1"));
        var profile = client.GetService<IModelProfile>()!;
        Assert.Equal(("test-model", 8192, "http://localhost:1/v1#test-model"), (profile.Name, profile.Window, profile.WeightsId));
        Assert.False(client.GetService<ITokenCounter>()!.IsExact);
        Assert.Null(client.GetService<IContinuationScorer>());
        Assert.Equal("test-model", client.GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.Same(client, client.GetService<RemoteChatClient>());
        Assert.Null(client.GetService(typeof(IModelProfile), "key"));
    }

    [Theory]
    [InlineData(null, "m")]
    [InlineData("ftp://x/", "m")]
    [InlineData("http://x/v1", " ")]
    public void Constructor_IncompleteOptions_AreRefused(string? endpoint, string model) =>
        Assert.Throws<ConfigurationException>(() => new RemoteChatClient(new() { Endpoint = endpoint is null ? null : new Uri(endpoint), Model = model }));

    [Fact]
    public void AddAgenticRemoteModel_Twice_FirstWins()
    {
        var services = new ServiceCollection();
        services.AddAgenticRemoteModel(o => (o.Endpoint, o.Model) = (new("http://a/v1"), "first"));
        services.AddAgenticRemoteModel(o => (o.Endpoint, o.Model) = (new("http://a/v1"), "second"));
        Assert.Equal(3, services.Count);
    }

    private static RemoteChatClient Client(Uri uri, TimeSpan? timeout = null) => new(new() { Endpoint = uri, Model = "test-model", Timeout = timeout ?? TimeSpan.FromSeconds(30) });

    private static string Chunk(string delta, string? reason = null) =>
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(reason is null ? "null" : $"\"{reason}\"")}}}],"usage":null}""";

    private static void AssertOneSentence(ModelCallException exception, params string[] words)
    {
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.All(words, word => Assert.Contains(word, exception.Message, StringComparison.Ordinal));
    }
}
