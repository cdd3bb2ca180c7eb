using System.Text.Json;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Conformance;

/// <summary>What callers of the platform's chat interface rely on, whoever implements it.</summary>
public abstract class ChatClientConformance
{
    private static readonly ChatMessage[] Question = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Say hello.")];

    /// <summary>The client under test; not to be disposed.</summary>
    protected abstract IChatClient Client { get; }

    /// <summary>A client of its own, which the test disposes.</summary>
    protected abstract IChatClient Create();

    [Fact]
    public async Task Call_NullMessages_IsRefusedAtOnce()
    {
        await Assert.ThrowsAsync<ArgumentNullException>("messages", () => Client.GetResponseAsync((IEnumerable<ChatMessage>)null!));
        Assert.Throws<ArgumentNullException>("messages", () => { _ = Client.GetStreamingResponseAsync((IEnumerable<ChatMessage>)null!); });
    }

    [Fact]
    public async Task Call_NoMessages_IsRefusedWithASentence()
    {
        Assert.EndsWith(".", (await Assert.ThrowsAsync<ConfigurationException>(() => Client.GetResponseAsync([]))).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => { _ = Client.GetStreamingResponseAsync([]); });
    }

    [Fact]
    public void GetService_TypesAndKeys_ItselfMetadataOrNull()
    {
        Assert.Throws<ArgumentNullException>(() => Client.GetService(null!));
        Assert.Same(Client, Client.GetService(typeof(IChatClient)));
        Assert.Same(Client, Client.GetService(Client.GetType()));
        Assert.Null(Client.GetService(typeof(IChatClient), "key"));
        Assert.Null(Client.GetService(typeof(ChatClientConformance)));
        var metadata = Assert.IsType<ChatClientMetadata>(Client.GetService(typeof(ChatClientMetadata)));
        Assert.False(string.IsNullOrEmpty(metadata.ProviderName));
        Assert.False(string.IsNullOrEmpty(metadata.DefaultModelId));
        Assert.NotNull(Client.GetService(typeof(ITokenCounter)));
        Assert.NotNull(Client.GetService(typeof(IModelProfile)));
    }

    [Fact]
    public async Task GetResponse_Reply_OneMessageWithIdsReasonAndUsage()
    {
        ChatResponse response = await Client.GetResponseAsync(Question, Options());
        ChatMessage message = Assert.Single(response.Messages);
        Assert.Equal(ChatRole.Assistant, message.Role);
        Assert.NotEmpty(response.Text);
        Assert.All([message.MessageId, response.ResponseId, response.ModelId], id => Assert.False(string.IsNullOrEmpty(id)));
        Assert.NotNull(response.CreatedAt);
        Assert.Contains(response.FinishReason!.Value, new[] { ChatFinishReason.Stop, ChatFinishReason.Length });
        Assert.True(response.Usage!.InputTokenCount > 0 && response.Usage.OutputTokenCount > 0);
        Assert.Equal(response.Usage.InputTokenCount + response.Usage.OutputTokenCount, response.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task GetStreaming_Updates_PutTogetherAsTheWholeReply()
    {
        ChatResponse whole = await Client.GetResponseAsync(Question, Options());
        List<ChatResponseUpdate> updates = await Client.GetStreamingResponseAsync(Question, Options()).ToListAsync();
        ChatResponse streamed = updates.ToChatResponse();
        Assert.Equal(whole.Text, streamed.Text);
        Assert.Equal((whole.FinishReason, whole.ModelId), (streamed.FinishReason, streamed.ModelId));
        Assert.Equal((whole.Usage!.InputTokenCount, whole.Usage.OutputTokenCount), (streamed.Usage!.InputTokenCount, streamed.Usage.OutputTokenCount));
        Assert.Equal(ChatRole.Assistant, Assert.Single(streamed.Messages).Role);
        Assert.False(string.IsNullOrEmpty(Assert.Single(updates.Select(update => update.MessageId).Distinct())));
        Assert.False(string.IsNullOrEmpty(Assert.Single(updates.Select(update => update.ResponseId).Distinct())));
        Assert.Single(updates, update => update.FinishReason is not null);
        Assert.Single(updates.SelectMany(update => update.Contents).OfType<UsageContent>());
        Assert.True(updates.Count > 2, "One piece is no stream.");
    }

    [Fact]
    public async Task Call_CancelledBefore_IsACancellation()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.GetResponseAsync(Question, Options(), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Client.GetStreamingResponseAsync(Question, Options(), cancelled).ToListAsync());
    }

    [Fact]
    public async Task GetStreaming_CancelledOrLeft_EndsAndTheNextCallIsServed()
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate update in Client.GetStreamingResponseAsync(Question, Options(), cancel.Token))
            {
                if (update.Text.Length > 0)
                {
                    await cancel.CancelAsync();
                }
            }
        });
        await foreach (ChatResponseUpdate update in Client.GetStreamingResponseAsync(Question, Options()))
        {
            break;
        }

        Assert.NotEmpty((await Client.GetResponseAsync(Question, Options())).Text);
    }

    [Fact]
    public async Task Calls_Concurrent_EachGetsItsReply()
    {
        string alone = (await Client.GetResponseAsync(Question, Options())).Text;
        ChatResponse[] whole = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Client.GetResponseAsync(Question, Options())));
        ChatResponse[] streamed = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await Client.GetStreamingResponseAsync(Question, Options()).ToChatResponseAsync()));
        Assert.All([.. whole, .. streamed], response => Assert.Equal(alone, response.Text));
    }

    [Fact]
    public async Task Call_OptionsAndMessages_AreReadOnceAndLeftAsTheyWere()
    {
        ChatOptions options = Options();
        options.Instructions = "Answer in English.";
        options.StopSequences = ["###"];
        options.ResponseFormat = ChatResponseFormat.Text;
        options.AdditionalProperties = new() { ["someone.elses"] = "value" };
        options.RawRepresentationFactory = _ => null;
        string before = JsonSerializer.Serialize(options, AIJsonUtilities.DefaultOptions), messagesBefore = JsonSerializer.Serialize(Question, AIJsonUtilities.DefaultOptions);
        int read = 0;
        IEnumerable<ChatMessage> Once()
        {
            read++;
            foreach (ChatMessage message in Question)
            {
                yield return message;
            }
        }

        await Client.GetResponseAsync(Once(), options);
        await Client.GetStreamingResponseAsync(Once(), options).ToListAsync();
        Assert.Equal(2, read);
        Assert.Equal(before, JsonSerializer.Serialize(options, AIJsonUtilities.DefaultOptions));
        Assert.Equal(messagesBefore, JsonSerializer.Serialize(Question, AIJsonUtilities.DefaultOptions));
    }

    [Fact]
    public void Call_WhatCannotBeHonoured_IsRefusedNotIgnored()
    {
        void Refused(Action<ChatOptions> change)
        {
            ChatOptions options = Options();
            change(options);
            Assert.EndsWith(".", Assert.Throws<ConfigurationException>(() => { _ = Client.GetStreamingResponseAsync(Question, options); }).Message, StringComparison.Ordinal);
        }

        Refused(options => options.ConversationId = "c1");
        Refused(options => options.ModelId = "some-other-model");
        Refused(options => options.AllowBackgroundResponses = true);
        Refused(options => options.ToolMode = ChatToolMode.RequireAny);
        Refused(options => options.Tools = [new HostedWebSearchTool()]);
        Refused(options => options.AdditionalProperties = new() { ["agentic.unheard_of"] = 1 });
    }

    [Fact]
    public async Task Call_OptionsThatAskForNothing_AreServed()
    {
        ChatOptions options = Options();
        options.ModelId = Client.GetService<ChatClientMetadata>()!.DefaultModelId;
        options.Tools = [];
        options.ToolMode = ChatToolMode.Auto;
        options.AllowBackgroundResponses = false;
        options.AdditionalProperties = new() { [SamplingKeys.Priority] = "batch", [SamplingKeys.TellSchema] = true };
        Assert.Equal((await Client.GetResponseAsync(Question, Options())).Text, (await Client.GetResponseAsync(Question, options)).Text);
        Assert.NotEmpty((await Client.GetResponseAsync(Question)).Text);
    }

    [Fact]
    public async Task Call_Roles_KnownOnesAreServedOthersRefused()
    {
        ChatMessage[] all = [new(ChatRole.System, "Be brief."), new(new("developer"), "Be kind."), new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Hello."), new(ChatRole.User, "Bye")];
        Assert.NotEmpty((await Client.GetResponseAsync(all, Options())).Messages);
        Assert.Throws<ConfigurationException>(() => { _ = Client.GetStreamingResponseAsync([new(new("narrator"), "Once upon a time")], Options()); });
        Assert.Throws<ConfigurationException>(() => { _ = Client.GetStreamingResponseAsync([new(ChatRole.Tool, "42")], Options()); });
        Assert.Throws<ConfigurationException>(() => { _ = Client.GetStreamingResponseAsync([new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])], Options()); });
    }

    [Fact]
    public async Task Call_EmptyMessages_AreServed()
    {
        Assert.NotEmpty((await Client.GetResponseAsync([new(ChatRole.User, ""), new(ChatRole.Assistant, []), new(ChatRole.User, "Hi")], Options())).Messages);
        Assert.NotEmpty((await Client.GetResponseAsync([new(ChatRole.System, "Only this.")], Options())).Messages);
    }

    [Fact]
    public async Task Dispose_Twice_IsHarmlessToOthers()
    {
        IChatClient own = Create();
        Assert.NotEmpty((await own.GetResponseAsync(Question, Options())).Text);
        own.Dispose();
        own.Dispose();
        Assert.NotEmpty((await Client.GetResponseAsync(Question, Options())).Text);
    }

    private static ChatOptions Options() => new() { MaxOutputTokens = 8, Temperature = 0 };
}
