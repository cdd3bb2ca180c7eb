using Agentic.Inference.Hosting;
using Agentic.Inference.KvCache;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>Sessions on the tiny model (window 256): whatever was appended, dropped, forked or evicted, results are those of the plain calls bit for bit.</summary>
public sealed class TokenSessionTests
{
    private static readonly ChatOptions Drawn = new() { Temperature = 0.9f, Seed = 7, MaxOutputTokens = 20 };

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(130)]
    public async Task Generate_AppendedInPieces_EqualsThePlainCall(int length)
    {
        using var host = TinyHost.Load();
        int[] prompt = TinyHost.Prompt(length, 3);
        var expected = await host.GenerateAsync(new GenerationRequest { Prompt = prompt, MaxTokens = 20, Sampling = new() { Temperature = 0.9f, Seed = 7 } }).ToListAsync();
        await ForgetAsync(host);
        using (ITokenSession session = Start(host))
        {
            int computed = 0;
            foreach (int[] piece in prompt.Chunk(23))
            {
                computed += (await session.AppendAsync(piece)).ComputedTokens;
            }

            Assert.Equal(length - 1, computed); // no token twice; the last waits for what follows
            List<SessionUpdate> updates = await session.GenerateAsync(Drawn).ToListAsync();
            Assert.Equal(Tokens(expected), [.. updates.Where(u => u.Token is not null).Select(u => (u.Token!.Value, (float)u.LogProbability))]);
            Assert.Equal(string.Concat(expected.Select(u => u.Text)), string.Concat(updates.Select(u => u.Text)));
            Assert.Equal(expected[^1].End!.Cause == FinishCause.Stop ? ChatFinishReason.Stop : ChatFinishReason.Length, updates[^1].FinishReason);
            Assert.Equal([.. prompt, .. Tokens(expected).Select(t => t.Item1)], session.Tokens);
        }

        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Append_TopAsked_NextIsWhatThePlainCallReportsAndGenerationGoesOn()
    {
        using var host = TinyHost.Load();
        int[] prompt = TinyHost.Prompt(100, 3);
        var plain = await host.GenerateAsync(new GenerationRequest { Prompt = prompt, MaxTokens = 2, Sampling = new() { TopLogProbs = 4 } }).ToListAsync();
        using ITokenSession session = Start(host);
        SessionStep step = await session.AppendAsync(prompt, top: 4);
        Assert.Equal(plain[0].Token!.Value.Top!.Select(t => (t.Token, (double)t.LogProb)), step.Next.Select(n => (n.Id!.Value, n.LogProbability)));
        Assert.Equal((36, 64), (step.ComputedTokens, step.CachedTokens)); // a page was left by the plain call
        step = await session.AppendAsync([plain[0].Token!.Value.Token], top: 1);
        Assert.Equal((1, 100), (step.ComputedTokens, step.CachedTokens));
        Assert.Equal(plain[1].Token!.Value.Token, step.Next[0].Id);
        SessionUpdate update = await session.GenerateAsync(new() { MaxOutputTokens = 1 }).FirstAsync();
        Assert.Equal((plain[1].Token!.Value.Token, (double)plain[1].Token!.Value.LogProb), (update.Token!.Value, update.LogProbability));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(150)]
    public async Task Score_FromHere_EqualsThePlainCallAndChangesNothing(int length)
    {
        using var host = TinyHost.Load();
        int[] context = TinyHost.Prompt(length, 5);
        int[][] candidates = [[1, 2, 3], [1, 4], [9]];
        using ITokenSession session = Start(host);
        await session.AppendAsync(context);
        ScoringResult result = await session.ScoreAsync(candidates);
        Assert.Equal(length - 1, result.CachedTokens);
        using var other = TinyHost.Load();
        Assert.Equal((await other.ScoreAsync([new(context, candidates)]))[0].Candidates, result.Candidates);
        Assert.Equal(context, session.Tokens);
        Assert.Equal(0, (await session.AppendAsync([])).ComputedTokens);
    }

    [Fact]
    public async Task Fork_BothGoOn_NeitherChangesTheOther()
    {
        using var host = TinyHost.Load();
        int[] common = TinyHost.Prompt(90, 1);
        using ITokenSession first = Start(host);
        await first.AppendAsync(common);
        using (ITokenSession second = first.Fork())
        {
            SessionStep[] steps = await Task.WhenAll(first.AppendAsync(TinyHost.Prompt(50, 2)), second.AppendAsync(TinyHost.Prompt(50, 3)));
            Assert.All(steps, step => Assert.Equal((50, 89), (step.ComputedTokens, step.CachedTokens)));
            Assert.Equal([.. common, .. TinyHost.Prompt(50, 3)], second.Tokens);
            await EqualsPlain(host, second);
        }

        await EqualsPlain(host, first);
        Assert.Equal([.. common, .. TinyHost.Prompt(50, 2)], first.Tokens.Take(140));
    }

    [Theory]
    [InlineData(120)]
    [InlineData(64)]
    [InlineData(10)]
    public async Task Truncate_ThenOtherTokens_WhatWasDroppedIsGone(int length)
    {
        using var host = TinyHost.Load();
        using ITokenSession session = Start(host);
        await session.AppendAsync(TinyHost.Prompt(150, 1));
        session.Truncate(length);
        Assert.Equal((length + 63) / 64, await host.LostPages());
        SessionStep step = await session.AppendAsync(TinyHost.Prompt(30, 2));
        Assert.Equal((30 - 1, length), (step.ComputedTokens, step.CachedTokens));
        await EqualsPlain(host, session);
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Truncate(1000));
    }

    [Fact]
    public async Task Generate_StoppedEarly_SessionHoldsWhatWasGivenOut()
    {
        using var host = TinyHost.Load();
        using ITokenSession session = Start(host);
        await session.AppendAsync(TinyHost.Prompt(50, 1));
        var given = new List<int>();
        await foreach (SessionUpdate update in session.GenerateAsync(new() { MaxOutputTokens = 150 }))
        {
            given.Add(update.Token!.Value);
            if (given.Count == 9)
            {
                break;
            }
        }

        Assert.Equal([.. TinyHost.Prompt(50, 1), .. given], session.Tokens);
        await EqualsPlain(host, session);
    }

    [Fact]
    public async Task Append_Cancelled_SessionIsAsBefore()
    {
        using var cancel = new CancellationTokenSource();
        int steps = 0;
        using var host = TinyHost.Load(run: model => plan =>
        {
            if (++steps == 3)
            {
                cancel.Cancel();
            }

            model.Run(plan.Batch);
        });
        using ITokenSession session = Start(host);
        await session.AppendAsync(TinyHost.Prompt(20, 1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.AppendAsync(TinyHost.Prompt(200, 2), cancellationToken: cancel.Token));
        Assert.Equal(TinyHost.Prompt(20, 1), session.Tokens);
        await session.AppendAsync(TinyHost.Prompt(30, 3));
        await EqualsPlain(host, session);
    }

    [Fact]
    public async Task Sessions_MoreThanThePoolHolds_AreEvictedAndComputedAgainAndRequestsNeverWait()
    {
        using var host = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(4) });
        ITokenSession[] sessions = [.. Enumerable.Range(0, 5).Select(_ => Start(host))];
        for (int i = 0; i < 5; i++)
        {
            await sessions[i].AppendAsync(TinyHost.Prompt(120, i));
        }

        Assert.InRange(await host.LostPages(), 2, 4);
        Assert.Equal(60, (await host.Run(new() { Prompt = TinyHost.Prompt(190, 9), MaxTokens = 60, IgnoreEndTokens = true })).Ids.Length);
        Assert.True(await host.RunAsync(context => context.Idle.Evictions) >= 4);
        Assert.Equal(0, await host.Preemptions());
        await Task.WhenAll(sessions.Select((session, i) => session.AppendAsync(TinyHost.Prompt(60, 20 + i))));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal([.. TinyHost.Prompt(120, i), .. TinyHost.Prompt(60, 20 + i)], sessions[i].Tokens);
            await EqualsPlain(host, sessions[i]);
            sessions[i].Dispose();
        }

        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Append_AloneMoreThanThePool_RefusedWithNumbersAndAsBefore()
    {
        using var host = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(4) });
        KvSequence held = await host.RunAsync(context =>
        {
            KvSequence sequence = context.Cache.Create();
            sequence.Reserve(128);
            return sequence;
        });
        using ITokenSession session = Start(host);
        await session.AppendAsync(TinyHost.Prompt(50, 1));
        var full = await Assert.ThrowsAsync<KvCacheFullException>(() => session.AppendAsync(TinyHost.Prompt(150, 2)));
        Assert.Equal(4, full.TotalPages);
        Assert.Equal(50, session.Length);
        await Assert.ThrowsAsync<BudgetException>(() => session.AppendAsync(TinyHost.Prompt(207, 2)));
        await session.AppendAsync(TinyHost.Prompt(50, 2));
        await EqualsPlain(host, session);
        await host.RunAsync(_ =>
        {
            held.Dispose();
            return 0;
        });
    }

    [Fact]
    public async Task Use_Wrongly_IsRefused()
    {
        using var host = TinyHost.Load();
        using ITokenSession session = Start(host);
        await Assert.ThrowsAsync<ArgumentException>(() => session.AppendAsync([]));
        await Assert.ThrowsAsync<ArgumentException>(() => session.AppendAsync([320]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => session.ScoreAsync([[1]]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await session.GenerateAsync().ToListAsync());
        Assert.Throws<ConfigurationException>(() => session.GenerateAsync(new() { AdditionalProperties = new() { [SamplingKeys.CloseAtLimit] = true } }));
        Assert.Throws<ConfigurationException>(() => session.GenerateAsync(new() { Instructions = "Be brief." }));
        Assert.Throws<ConfigurationException>(() => session.GenerateAsync(new() { Tools = [AIFunctionFactory.Create(() => 1, "one")] }));
        Assert.Throws<ConfigurationException>(() => session.GenerateAsync(new() { AdditionalProperties = new() { [SamplingKeys.ReplyStart] = "So" } }));
        await session.AppendAsync([1, 2, 3]);
        await using (var reply = session.GenerateAsync(new() { MaxOutputTokens = 50 }).GetAsyncEnumerator())
        {
            await reply.MoveNextAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => session.AppendAsync([4]));
            Assert.Throws<InvalidOperationException>(session.Fork);
        }

        await session.AppendAsync([4]);
        session.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => session.AppendAsync([4]));
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Dispose_WhileAtWork_PagesAreFreeWhenItEnds()
    {
        using var host = TinyHost.Load();
        ITokenSession session = Start(host);
        await session.AppendAsync(TinyHost.Prompt(100, 1));
        await foreach (SessionUpdate _ in session.GenerateAsync(new() { MaxOutputTokens = 30 }))
        {
            session.Dispose();
        }

        Assert.Equal(0, await host.LostPages());
    }

    private static ITokenSession Start(ModelHost host) => new LocalChatClient(host).GetService<ITokenSessions>()!.Start();

    /// <summary>What follows a session is what follows its tokens in a host that knows nothing of it.</summary>
    private static async Task EqualsPlain(ModelHost host, ITokenSession session)
    {
        int[] tokens = [.. session.Tokens];
        using var fresh = TinyHost.Load();
        var expected = await fresh.GenerateAsync(new GenerationRequest { Prompt = tokens, MaxTokens = 6 }).ToListAsync();
        List<SessionUpdate> found = await session.GenerateAsync(new() { MaxOutputTokens = 6 }).ToListAsync();
        Assert.Equal(Tokens(expected), [.. found.Where(u => u.Token is not null).Select(u => (u.Token!.Value, (float)u.LogProbability))]);
        Assert.Null(await host.RunAsync(context => context.Cache.Check()));
    }

    private static List<(int, float)> Tokens(List<GenerationUpdate> updates) => [.. updates.Where(u => u.Token is not null).Select(u => (u.Token!.Value.Token, u.Token!.Value.LogProb))];

    /// <summary>Makes the cache forget what was read.</summary>
    private static Task<bool> ForgetAsync(ModelHost host) => host.RunAsync(context =>
    {
        using KvSequence all = context.Cache.Create();
        all.Reserve(context.Cache.FreePages * KvPageFormat.PageTokens);
        return true;
    });
}
