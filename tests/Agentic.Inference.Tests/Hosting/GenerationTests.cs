using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class GenerationTests
{
    private static readonly SamplingRow Random = new() { Temperature = 0.9f, TopP = 0.95f, FrequencyPenalty = 0.1f };

    [Fact]
    public async Task Generate_GoldenPromptsAtOnce_TheReferencesTokens()
    {
        using var host = TinyHost.Load();
        var replies = await Task.WhenAll(TinyHost.Goldens.Select(golden =>
            host.Run(new() { Prompt = golden.Prompt, MaxTokens = golden.Greedy.Length, IgnoreEndTokens = true })));
        foreach (var (reply, golden) in replies.Zip(TinyHost.Goldens))
        {
            Assert.Equal(golden.Greedy, reply.Ids);
            Assert.Equal(new GenerationEnd(FinishCause.Length, golden.Prompt.Length, reply.End.CachedTokens, golden.Greedy.Length), reply.End.Plain());
        }

        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Generate_ManyAtOnceWithSeeds_EachAsAlone()
    {
        var requests = Enumerable.Range(0, 12).Select(i => new GenerationRequest
        {
            Prompt = TinyHost.Prompt(5 + (i * 13), i % 5),
            MaxTokens = 10 + i,
            IgnoreEndTokens = true,
            Sampling = Random with { Seed = (ulong)i },
        }).ToList();
        using var crowded = TinyHost.Load(host: new() { MaxConcurrent = 5 });
        var together = await Task.WhenAll(requests.Select(request => crowded.Run(request)));
        for (int i = 0; i < requests.Count; i++)
        {
            using var alone = TinyHost.Load();
            Assert.Equal((await alone.Run(requests[i])).Ids, together[i].Ids);
        }

        Assert.Equal(0, await crowded.LostPages());
    }

    [Fact]
    public async Task Generate_SamePromptAgain_TakesOverWholePages()
    {
        using var host = TinyHost.Load();
        var request = new GenerationRequest { Prompt = TinyHost.Prompt(150, 1), MaxTokens = 4, IgnoreEndTokens = true };
        var first = await host.Run(request);
        var second = await host.Run(request);
        var longer = await host.Run(request with { Prompt = [.. request.Prompt, .. first.Ids, 7] });
        Assert.Equal((0, 128), (first.End.CachedTokens, second.End.CachedTokens));
        Assert.Equal(first.Ids, second.Ids);
        Assert.Equal(128, longer.End.CachedTokens);
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Generate_PromptOfWholePages_LastTokenIsComputed()
    {
        using var host = TinyHost.Load();
        var request = new GenerationRequest { Prompt = TinyHost.Prompt(128, 2), MaxTokens = 3, IgnoreEndTokens = true };
        var first = await host.Run(request);
        var second = await host.Run(request);
        Assert.Equal(64, second.End.CachedTokens);
        Assert.Equal(first.Ids, second.Ids);
    }

    [Theory]
    [InlineData(250, 7)]
    [InlineData(256, null)]
    [InlineData(300, null)]
    public void Generate_BeyondTheWindow_IsRefusedWithNumbers(int prompt, int? reply)
    {
        using var host = TinyHost.Load();
        var exception = Assert.Throws<BudgetException>(() => host.GenerateAsync(new() { Prompt = TinyHost.Prompt(prompt, 1), MaxTokens = reply }));
        Assert.Equal((prompt + (reply ?? 1), 256), (exception.Needed, exception.Limit));
        Assert.Contains("256", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_NoLimit_FillsTheWindow()
    {
        using var host = TinyHost.Load();
        var reply = await host.Run(new() { Prompt = TinyHost.Prompt(200, 1), IgnoreEndTokens = true });
        Assert.Equal(new GenerationEnd(FinishCause.Length, 200, 0, 56), reply.End.Plain());
    }

    [Fact]
    public async Task Generate_EmptyPromptOrUnknownToken_IsRefused()
    {
        using var host = TinyHost.Load();
        Assert.Throws<ArgumentException>(() => host.GenerateAsync(new() { Prompt = [] }));
        Assert.Throws<ArgumentException>(() => host.GenerateAsync(new() { Prompt = [320] }));
        Assert.Throws<ArgumentException>(() => host.GenerateAsync(new() { Prompt = [-1] }));
        Assert.Throws<ArgumentException>(() => host.GenerateAsync(new() { Prompt = [1], MaxTokens = 0 }));
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Generate_CancelledWhileRunning_FreesItsPagesAndOthersGoOn()
    {
        using var host = TinyHost.Load();
        using var cancel = new CancellationTokenSource();
        var other = host.Run(new() { Prompt = TinyHost.Prompt(40, 3), MaxTokens = 30, IgnoreEndTokens = true });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in host.GenerateAsync(new() { Prompt = TinyHost.Prompt(40, 4), IgnoreEndTokens = true }, cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
        Assert.Equal(30, (await other).Ids.Length);
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Generate_EnumerationLeftEarly_FreesItsPages()
    {
        using var host = TinyHost.Load();
        await foreach (var update in host.GenerateAsync(new() { Prompt = TinyHost.Prompt(40, 4), IgnoreEndTokens = true }))
        {
            break;
        }

        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Generate_ReaderThatLags_PausesItsRequestOnly()
    {
        using var host = TinyHost.Load(host: new() { OutputBuffer = 1 });
        await using var slow = host.GenerateAsync(new() { Prompt = TinyHost.Prompt(10, 5), MaxTokens = 20, IgnoreEndTokens = true }).GetAsyncEnumerator();
        Assert.True(await slow.MoveNextAsync());
        var other = await host.Run(new() { Prompt = TinyHost.Prompt(10, 6), MaxTokens = 50, IgnoreEndTokens = true });
        int pieces = 1;
        GenerationUpdate last = slow.Current;
        while (await slow.MoveNextAsync())
        {
            last = slow.Current;
            pieces++;
        }

        Assert.Equal(50, other.Ids.Length);
        Assert.NotNull(last.End);
        Assert.InRange(pieces, 20, 21);
    }

    [Fact]
    public async Task Generate_MoreThanThePoolHolds_WaitTheirTurn()
    {
        using var host = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(5) });
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            host.Run(new() { Prompt = TinyHost.Prompt(180, i), MaxTokens = 20, IgnoreEndTokens = true })));
        Assert.All(replies, reply => Assert.Equal(20, reply.Ids.Length));
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Generate_StepFails_ItsRequestsFailAndTheHostGoesOn()
    {
        int steps = 0;
        using var host = TinyHost.Load(run: model => plan =>
        {
            if (++steps == 3)
            {
                throw new InvalidOperationException("a broken kernel");
            }

            model.Run(plan.Batch);
        });
        var request = new GenerationRequest { Prompt = TinyHost.Prompt(20, 1), MaxTokens = 10, IgnoreEndTokens = true };
        var exception = await Assert.ThrowsAsync<ModelCallException>(() => host.Run(request));
        Assert.Contains("a broken kernel", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, await host.LostPages());
        Assert.Equal(10, (await host.Run(request)).Ids.Length);
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Generate_HostIsStopped_Fails()
    {
        var host = TinyHost.Load(host: new() { OutputBuffer = 1 });
        await using var updates = host.GenerateAsync(new() { Prompt = TinyHost.Prompt(10, 5), IgnoreEndTokens = true }).GetAsyncEnumerator();
        Assert.True(await updates.MoveNextAsync());
        host.Dispose();
        await Assert.ThrowsAsync<ModelCallException>(async () =>
        {
            while (await updates.MoveNextAsync())
            {
            }
        });
        Assert.Throws<ObjectDisposedException>(() => { _ = host.RunAsync(_ => 0); });
    }

    [Fact]
    public async Task Generate_StopText_EndsAndIsNotPartOfTheText()
    {
        using var host = TinyHost.Load();
        var request = new GenerationRequest { Prompt = TinyHost.Prompt(20, 9), MaxTokens = 60, IgnoreEndTokens = true, Sampling = Random with { Seed = 3 } };
        var whole = await host.Run(request);
        string stop = whole.Text.Substring(whole.Text.Length / 2, 5);
        var cut = await host.Run(request with { StopSequences = ["never in it", stop] });
        Assert.Equal(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)], cut.Text);
        Assert.Equal(FinishCause.Stop, cut.End.Cause);
        Assert.True(cut.End.GeneratedTokens < whole.End.GeneratedTokens);
    }

    [Fact]
    public async Task Generate_TopLogProbs_MostLikelyFirst()
    {
        using var host = TinyHost.Load();
        var updates = await host.GenerateAsync(new() { Prompt = TinyHost.Prompt(20, 9), MaxTokens = 3, IgnoreEndTokens = true, Sampling = new() { TopLogProbs = 4 } }).ToListAsync();
        foreach (var token in updates.Where(u => u.Token is not null).Select(u => u.Token!.Value))
        {
            Assert.Equal(4, token.Top!.Count);
            Assert.Equal(token.Token, token.Top[0].Token);
            Assert.Equal(token.Top.OrderByDescending(t => t.LogProb), token.Top);
        }
    }
}
