using Agentic.Agents;
using Agentic.Runs;
using Microsoft.Extensions.AI;

namespace Agentic.Tests.Agents;

public class AgentCallerTests
{
    private static readonly Dictionary<string, object?> Hello = new() { ["text"] = "Hello there" };

    [Fact]
    public async Task Ask_ExactCounter_SendsExactlyTheCountedIds()
    {
        var client = new ScriptedChatClient("Fine.").With(new WordTokens());
        (AgentCaller caller, RunSession session) = Caller(client);

        AgentReply reply = await caller.AskAsync(Request(Card() with { Role = "Be kind.", Stop = ["\n"], ReplyStart = "Well:" }));

        ScriptedCall call = Assert.Single(client.Calls);
        var sent = Assert.IsType<PromptTokens>(call.Options.AdditionalProperties![PromptTokens.OptionKey]);
        Assert.Equal(new WordTokens().CountPrompt(call.Messages, "Well:").Count, sent.Count);
        Assert.Equal("Well:", call.Options.AdditionalProperties[SamplingKeys.ReplyStart]);
        Assert.Equal(["Be kind.", "Say Hello there"], call.Messages.Select(m => m.Text));
        Assert.Equal(0f, call.Options.Temperature);
        Assert.Equal(["\n"], call.Options.StopSequences!);
        Assert.Equal("Fine.", reply.Text);
        Assert.Equal(sent.Count, session.Usage.PromptTokens);
        Assert.Equal(2, session.Usage.GeneratedTokens);
        Assert.Equal(1, session.Usage.Calls);
    }

    [Fact]
    public async Task Ask_NoCounter_EstimatesAndSendsNoIds()
    {
        var client = new ScriptedChatClient("Fine.");
        (AgentCaller caller, RunSession session) = Caller(client);

        await caller.AskAsync(Request());

        Assert.False(client.Calls[0].Options.AdditionalProperties!.ContainsKey(PromptTokens.OptionKey));
        Assert.True(session.Usage.PromptTokens > 0);
    }

    [Fact]
    public async Task Ask_PromptAndReplyBeyondWindow_RefusesWithNumbersBeforeCalling()
    {
        var client = new ScriptedChatClient("Fine.").With(new WordTokens(window: 50));
        (AgentCaller caller, _) = Caller(client);

        BudgetException e = await Assert.ThrowsAsync<BudgetException>(() => caller.AskAsync(Request(Card() with { MaxOutput = 45 })));

        Assert.Equal(50, e.Limit);
        Assert.True(e.Needed > 50);
        Assert.Contains("50", e.Message, StringComparison.Ordinal);
        Assert.Empty(client.Calls);
    }

    [Fact]
    public async Task Ask_PromptAndReplyJustTheWindow_AreSentAndOneMoreIsNot()
    {
        int prompt = Caller(new ScriptedChatClient("x").With(new WordTokens())).Caller.CountPrompt(AgentOf(Card()), Hello);
        var client = new ScriptedChatClient("Fine.").With(new WordTokens(window: prompt + 40));
        (AgentCaller caller, _) = Caller(client);

        await caller.AskAsync(Request(Card() with { MaxOutput = 40 }));
        BudgetException e = await Assert.ThrowsAsync<BudgetException>(() => caller.AskAsync(Request(Card() with { MaxOutput = 41 })));

        Assert.Equal((prompt + 41, prompt + 40), (e.Needed, e.Limit));
        Assert.Single(client.Calls);
    }

    [Fact]
    public async Task Ask_CutByLength_RetriesWithMoreRoomAndSaysWhy()
    {
        var client = new ScriptedChatClient((call, _) =>
            Task.FromResult(ScriptedChatClient.Reply("A long story", call.Number == 0 ? ChatFinishReason.Length : ChatFinishReason.Stop))).With(new WordTokens());
        (AgentCaller caller, RunSession session) = Caller(client);

        AgentReply reply = await caller.AskAsync(Request(Card() with { MaxOutput = 20 }));

        Assert.Equal("A long story", reply.Text);
        Assert.Equal(2, client.Calls.Count);
        Assert.Equal(20, client.Calls[0].Options.MaxOutputTokens);
        Assert.Equal(30, client.Calls[1].Options.MaxOutputTokens);
        Assert.Contains("must be shorter", client.Calls[1].Prompt, StringComparison.Ordinal);
        Assert.Contains("cut off", Assert.Single(session.Trace.OfType<RetryEvent>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_CutByLengthEveryTime_FailsWithTheLastOutput()
    {
        var client = new ScriptedChatClient((_, _) => Task.FromResult(ScriptedChatClient.Reply("on and on", ChatFinishReason.Length))).With(new WordTokens());
        (AgentCaller caller, _) = Caller(client);

        ModelCallException e = await Assert.ThrowsAsync<ModelCallException>(() => caller.AskAsync(Request(Card() with { Retries = 2 })));

        Assert.Equal(3, e.Attempts);
        Assert.Equal("on and on", e.LastOutput);
    }

    [Fact]
    public async Task Ask_CutByLengthButAllowed_ReturnsItAsTruncated()
    {
        var client = new ScriptedChatClient((_, _) => Task.FromResult(ScriptedChatClient.Reply("on and on", ChatFinishReason.Length)));
        (AgentCaller caller, _) = Caller(client);

        AgentReply reply = await caller.AskAsync(Request(Card() with { AllowTruncated = true }));

        Assert.True(reply.Truncated);
    }

    [Fact]
    public async Task Ask_RefusedReply_TellsTheModelAndTakesTheNext()
    {
        var client = new ScriptedChatClient("bad", "good");
        (AgentCaller caller, _) = Caller(client);

        AgentReply reply = await caller.AskAsync(Request() with { Refuse = t => t == "bad" ? "It is bad." : null });

        Assert.Equal("good", reply.Text);
        Assert.Contains("It is bad.", client.Calls[1].Prompt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    public async Task Ask_EmptyReply_IsRefused(string empty)
    {
        var client = new ScriptedChatClient(empty, "now");
        (AgentCaller caller, _) = Caller(client);

        Assert.Equal("now", (await caller.AskAsync(Request())).Text);
    }

    [Fact]
    public async Task Ask_ClientThrows_BacksOffAndTriesAgain()
    {
        var time = new ManualTime { RunsAhead = true };
        var client = new ScriptedChatClient((call, _) => call.Number < 2 ? throw new IOException("connection reset") : Task.FromResult(ScriptedChatClient.Reply("up")));
        (AgentCaller caller, RunSession session) = Caller(client, time: time);

        AgentReply reply = await caller.AskAsync(Request());

        Assert.Equal("up", reply.Text);
        Assert.Equal(3, client.Calls.Count);
        Assert.All(session.Trace.OfType<RetryEvent>(), r => Assert.Contains("connection reset", r.Reason, StringComparison.Ordinal));
        Assert.True(time.Elapsed >= TimeSpan.FromSeconds(3), $"paused {time.Elapsed}");
    }

    [Fact]
    public async Task Ask_ClientThrowsAlways_FailsWithOneSentence()
    {
        var client = new ScriptedChatClient((_, _) => throw new IOException("connection refused"));
        (AgentCaller caller, RunSession session) = Caller(client, time: new ManualTime { RunsAhead = true });

        ModelCallException e = await Assert.ThrowsAsync<ModelCallException>(() => caller.AskAsync(Request()));

        Assert.Equal("The model call failed: connection refused", e.Message);
        Assert.Equal(3, e.Attempts);
        Assert.Equal(3, session.Usage.Calls);
    }

    [Fact]
    public async Task Ask_HungClientThatIgnoresCancellation_TimesOut()
    {
        var time = new ManualTime();
        var called = new SemaphoreSlim(0);
        var client = new ScriptedChatClient((_, _) =>
        {
            called.Release();
            return new TaskCompletionSource<ChatResponse>().Task;
        });
        (AgentCaller caller, _) = Caller(client, time: time, options: new AgentCallerOptions { TransportRetries = 0 });

        Task<AgentReply> ask = caller.AskAsync(Request(Card() with { TimeoutSeconds = 30 }));
        await called.WaitAsync();
        time.Advance(TimeSpan.FromSeconds(31));

        ModelCallException e = await Assert.ThrowsAsync<ModelCallException>(() => ask);
        Assert.Contains("within 30 seconds", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_StreamHangs_IsAbandonedCountedAndDisposedWhenItComesBack()
    {
        using var cancel = new CancellationTokenSource();
        using var client = new HangingStream();
        (AgentCaller caller, RunSession session) = Caller(client);

        Task<AgentReply> ask = caller.AskAsync(Request() with { Stream = true }, cancel.Token);
        await client.Asked.Task;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ask);
        Assert.False(client.Disposed.Task.IsCompleted);
        Assert.Equal(1, session.Usage.Calls);
        Assert.True(session.Usage.PromptTokens > 0);
        Assert.Equal(EstimatingTokenCounter.Instance.CountText("two words"), session.Usage.GeneratedTokens);

        client.Next.SetResult(true);
        await client.Disposed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Ask_EndpointBusy_WaitsAsLongAsItAsks()
    {
        var time = new ManualTime { RunsAhead = true };
        var client = new ScriptedChatClient((call, _) => call.Number == 0
            ? throw new ModelCallException("Busy.") { Transient = true, RetryAfter = TimeSpan.FromSeconds(50) }
            : Task.FromResult(ScriptedChatClient.Reply("up")));
        (AgentCaller caller, RunSession session) = Caller(client, time: time);

        Assert.Equal("up", (await caller.AskAsync(Request())).Text);

        Assert.Equal("Busy.", Assert.Single(session.Trace.OfType<RetryEvent>()).Reason);
        Assert.True(time.Elapsed >= TimeSpan.FromSeconds(50), $"paused {time.Elapsed}");
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task Ask_ClientFailsWithASentence_KeepsItAndCountsTheAttempts(bool transient, int attempts)
    {
        var client = new ScriptedChatClient((_, _) => throw new ModelCallException("Wrong key.", "Set it.") { Transient = transient, LastOutput = "Ha" });
        (AgentCaller caller, RunSession session) = Caller(client, time: new ManualTime { RunsAhead = true });

        ModelCallException e = await Assert.ThrowsAsync<ModelCallException>(() => caller.AskAsync(Request()));

        Assert.Equal(("Wrong key.", "Set it.", "Ha", attempts), (e.Message, e.Hint, e.LastOutput, e.Attempts));
        Assert.Equal(attempts, session.Usage.Calls);
    }

    [Fact]
    public async Task Ask_ClientGivesUpByItself_IsTriedAgain()
    {
        var client = new ScriptedChatClient((call, _) => call.Number == 0 ? throw new TaskCanceledException("its own time limit") : Task.FromResult(ScriptedChatClient.Reply("up")));
        (AgentCaller caller, _) = Caller(client, time: new ManualTime { RunsAhead = true });

        Assert.Equal("up", (await caller.AskAsync(Request())).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_Cancelled_EndsAtOnceEvenIfTheClientHangs(bool stream)
    {
        using var cancel = new CancellationTokenSource();
        var called = new SemaphoreSlim(0);
        var client = new ScriptedChatClient((_, _) =>
        {
            called.Release();
            return new TaskCompletionSource<ChatResponse>().Task;
        });
        (AgentCaller caller, _) = Caller(client);

        Task<AgentReply> ask = caller.AskAsync(Request() with { Stream = stream }, cancel.Token);
        await called.WaitAsync();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ask);
    }

    [Fact]
    public async Task Ask_Streaming_PublishesTextAndVoidsItOnRetry()
    {
        var client = new ScriptedChatClient("first", "second");
        (AgentCaller caller, RunSession session) = Caller(client, events: out List<RunEvent> events);

        await caller.AskAsync(Request() with { Stream = true, Refuse = t => t == "first" ? "No." : null });

        Assert.Equal(
            ["first", "restart", "second"],
            events.Select(e => e switch { TokenDeltaEvent d => d.Text, AnswerRestartedEvent => "restart", _ => null }).OfType<string>());
        Assert.Empty(session.Trace.OfType<TokenDeltaEvent>());
    }

    [Theory]
    [InlineData(-5L, -7L)]
    [InlineData(null, null)]
    [InlineData(0L, 0L)]
    public async Task Ask_WrongUsage_IsReplacedByOwnCount(long? input, long? output)
    {
        var client = new ScriptedChatClient((_, _) =>
        {
            ChatResponse reply = ScriptedChatClient.Reply("three short words");
            reply.Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, CachedInputTokenCount = 1_000_000 };
            return Task.FromResult(reply);
        }).With(new WordTokens());
        (AgentCaller caller, RunSession session) = Caller(client);

        await caller.AskAsync(Request());

        Assert.Equal(new WordTokens().CountPrompt(client.Calls[0].Messages).Count, session.Usage.PromptTokens);
        Assert.Equal(5, session.Usage.GeneratedTokens);
        Assert.InRange(session.Usage.CachedTokens, 0, session.Usage.PromptTokens);
    }

    [Fact]
    public async Task Ask_CallCap_IsNeverExceeded()
    {
        var client = new ScriptedChatClient("bad");
        (AgentCaller caller, RunSession session) = Caller(client, limits: new RunLimits { CallCap = 2 });

        await Assert.ThrowsAsync<BudgetException>(() => caller.AskAsync(Request(Card() with { Retries = 5 }) with { Refuse = _ => "No." }));

        Assert.Equal(2, client.Calls.Count);
        Assert.Equal(2, session.Usage.Calls);
    }

    [Fact]
    public async Task Ask_TokenCap_RefusesTheCallThatCouldExceedIt()
    {
        var client = new ScriptedChatClient("ok").With(new WordTokens());
        (AgentCaller caller, _) = Caller(client, limits: new RunLimits { TokenCap = 50 });

        await caller.AskAsync(Request(Card() with { MaxOutput = 30 }));
        BudgetException e = await Assert.ThrowsAsync<BudgetException>(() => caller.AskAsync(Request(Card() with { MaxOutput = 30 })));

        Assert.Equal(50, e.Limit);
        Assert.Single(client.Calls);
    }

    [Fact]
    public async Task Choose_ClientThatScores_TakesTheLikeliestMean()
    {
        var scorer = new ScriptedScorer((_, candidate) => candidate == " Rome" ? -0.5 : -2);
        var client = new ScriptedChatClient("unused").With(new WordTokens()).With(scorer);
        (AgentCaller caller, RunSession session) = Caller(client);

        Choice choice = await caller.ChooseAsync(new ChooseRequest { Stage = "s", Agent = AgentOf(Card()), Variables = Hello, Candidates = [" Paris", " Rome", " Oslo and more"] });

        Assert.Equal(1, choice.Index);
        Assert.Equal(3, choice.Scores.Count);
        Assert.Empty(client.Calls);
        Assert.Equal(1, session.Usage.Calls);
    }

    [Theory]
    [InlineData("B", 1)]
    [InlineData("(b) Rome", 1)]
    [InlineData("C.", 2)]
    [InlineData("**A**: it is", 0)]
    [InlineData("A dog lives in Rome", 1)]
    [InlineData("I think Oslo.", 2)]
    public async Task Choose_ClientThatCannotScore_AsksInWords(string reply, int expected)
    {
        var client = new ScriptedChatClient("hm", reply);
        (AgentCaller caller, _) = Caller(client);

        Choice choice = await caller.ChooseAsync(new ChooseRequest { Stage = "s", Agent = AgentOf(Card()), Variables = Hello, Candidates = ["Paris", "Rome", "Oslo"] });

        Assert.Equal(expected, choice.Index);
        Assert.Empty(choice.Scores);
        Assert.Contains("B) Rome", client.Calls[0].Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Choose_MoreOptionsThanLetters_AreNumbered()
    {
        var client = new ScriptedChatClient("2nd", "30) Place");
        (AgentCaller caller, _) = Caller(client);
        string[] places = [.. Enumerable.Range(1, 30).Select(i => $"Place number {i}.")];

        Choice choice = await caller.ChooseAsync(new ChooseRequest { Stage = "s", Agent = AgentOf(Card()), Variables = Hello, Candidates = places });

        Assert.Equal(29, choice.Index);
        Assert.Contains("27) Place number 27.", client.Calls[0].Prompt, StringComparison.Ordinal);
        Assert.Contains("Reply with the number", client.Calls[0].Prompt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_ReplyCutByAContentFilter_IsRefused(bool stream)
    {
        var client = new ScriptedChatClient((call, _) =>
            Task.FromResult(ScriptedChatClient.Reply("Half an ans", call.Number == 0 ? ChatFinishReason.ContentFilter : ChatFinishReason.Stop)));
        (AgentCaller caller, RunSession session) = Caller(client);

        await caller.AskAsync(Request(Card() with { AllowTruncated = true }) with { Stream = stream });

        Assert.Equal(2, client.Calls.Count);
        Assert.Contains("content filter", Assert.Single(session.Trace.OfType<RetryEvent>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_EveryAttempt_HasItsOwnSeed()
    {
        var client = new ScriptedChatClient("bad", "bad", "good");
        (AgentCaller caller, _) = Caller(client, options: new AgentCallerOptions { Seed = 7 });

        await caller.AskAsync(Request(Card() with { Retries = 2 }) with { Refuse = t => t == "bad" ? "It is bad." : null });

        Assert.Equal([7, 8, 9], client.Calls.Select(c => c.Options.Seed));
    }

    [Theory]
    [InlineData(-3L, 0L)]
    [InlineData(7L, 7L)]
    [InlineData(1_000_000L, null)]
    public async Task Ask_CachedTokens_AreReportedButNeverMoreThanThePrompt(long cached, long? expected)
    {
        var client = new ScriptedChatClient((_, _) =>
        {
            ChatResponse reply = ScriptedChatClient.Reply("Fine.");
            reply.Usage = new UsageDetails { CachedInputTokenCount = cached };
            return Task.FromResult(reply);
        }).With(new WordTokens());
        (AgentCaller caller, RunSession session) = Caller(client);

        await caller.AskAsync(Request());

        Assert.Equal(expected ?? session.Usage.PromptTokens, session.Usage.CachedTokens);
        Assert.True(session.Usage.PromptTokens > 7);
    }

    [Fact]
    public async Task Ask_StreamThatEnds_IsDisposed()
    {
        using var client = new HangingStream();
        (AgentCaller caller, _) = Caller(client);

        Task<AgentReply> ask = caller.AskAsync(Request() with { Stream = true });
        await client.Asked.Task;
        client.Next.SetResult(false);

        Assert.Equal("two words", (await ask).Text);
        Assert.True(client.Disposed.Task.IsCompleted);
    }

    [Fact]
    public async Task Choose_ContentFreePrompt_TakesOutWhatTheModelAlwaysPrefers()
    {
        // "yes" is likelier whatever is asked; the question moves "no" more.
        int asked = new WordTokens().CountPrompt([new ChatMessage(ChatRole.User, "Say Hello there")]).Count;
        var scorer = new ScriptedScorer((context, candidate) => candidate == "yes" ? -0.5 : context.Length == asked ? -1 : -3);
        var client = new ScriptedChatClient("unused").With(new WordTokens()).With(scorer);
        (AgentCaller caller, _) = Caller(client);
        var request = new ChooseRequest { Stage = "s", Agent = AgentOf(Card()), Variables = Hello, Candidates = ["yes", "no"] };

        Choice plain = await caller.ChooseAsync(request);
        Choice calibrated = await caller.ChooseAsync(request with { ContentFree = new Dictionary<string, object?> { ["text"] = "?" } });

        Assert.Equal(0, plain.Index);
        Assert.Equal(1, calibrated.Index);
        Assert.Equal([0, 2], calibrated.Scores);
        Assert.Equal(1, calibrated.Probabilities().Sum(), 9);
        Assert.Equal(Math.Exp(2) / (1 + Math.Exp(2)), calibrated.Probabilities()[1], 9);
    }

    [Fact]
    public async Task Measures_ClientOffersNone_RefuseWithASentence()
    {
        (AgentCaller caller, _) = Caller(new ScriptedChatClient("x"));

        Assert.Contains("embeddings", (await Assert.ThrowsAsync<NotSupportedException>(() => caller.EmbedAsync("s", ["a"]))).Message, StringComparison.Ordinal);
        Assert.Contains("attention", (await Assert.ThrowsAsync<NotSupportedException>(() => caller.ProbeAsync("s", new AttentionProbeRequest([1], 1)))).Message, StringComparison.Ordinal);
        Assert.Contains("prompt", (await Assert.ThrowsAsync<NotSupportedException>(() => caller.ScorePromptsAsync("s", [[1]]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Measures_ClientOffersThem_AreBookedAndCounted()
    {
        var measures = new ScriptedMeasures();
        (AgentCaller caller, RunSession session) = Caller(new ScriptedChatClient("x").With(measures), limits: new RunLimits { CallCap = 3 });

        IReadOnlyList<ReadOnlyMemory<float>> vectors = await caller.EmbedAsync("e", ["one", "three"]);
        AttentionMass mass = await caller.ProbeAsync("p", new AttentionProbeRequest([1, 2, 3], 1));
        IReadOnlyList<PromptScore> scores = await caller.ScorePromptsAsync("q", [[1, 2]]);

        Assert.Equal([3f, 5f], vectors.Select(v => v.Span[0]));
        Assert.Equal([0.5f, 0.5f], mass.Mean());
        Assert.Equal(2, scores[0].NextEntropy);
        Assert.Equal(["Embed", "Probe", "Choose"], session.Trace.OfType<CallDoneEvent>().Select(e => e.Verb));
        Assert.Equal(8 + 3 + 2, session.Usage.PromptTokens);
        await Assert.ThrowsAsync<BudgetException>(() => caller.EmbedAsync("e", ["one"]));
    }

    private static AgentCard Card() => new() { Name = "greeter", File = "greeter.yaml", Prompt = "greeter.hbs", MaxOutput = 40 };

    private static Agent AgentOf(AgentCard card) => new(card, PromptTemplate.Parse("greeter.hbs", "{{!-- version: 1 --}}\nSay {{text}}", ["text"]));

    private static AskRequest Request(AgentCard? card = null) => new() { Stage = "greet", Agent = AgentOf(card ?? Card()), Variables = Hello };

    private static (AgentCaller Caller, RunSession Session) Caller(IChatClient client, RunLimits? limits = null, TimeProvider? time = null, AgentCallerOptions? options = null) =>
        Caller(client, out _, limits, time, options);

    private static (AgentCaller Caller, RunSession Session) Caller(
        IChatClient client, out List<RunEvent> events, RunLimits? limits = null, TimeProvider? time = null, AgentCallerOptions? options = null)
    {
        List<RunEvent> seen = events = [];
        var session = new RunSession(limits, time, seen.Add);
        return (new AgentCaller(new ModelAccess(client), session, options), session);
    }
}
