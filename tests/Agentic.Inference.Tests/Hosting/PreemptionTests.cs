using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;
using Agentic.Inference.KvCache;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class PreemptionTests
{
    private static readonly SamplingRow Random = new() { Temperature = 0.9f, TopP = 0.95f, FrequencyPenalty = 0.1f };

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(9)]
    public async Task Generate_RepliesOutgrowThePool_LaterOnesAreRecomputedBitForBit(int pages)
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, 6).Select(i => new GenerationRequest
        {
            Prompt = TinyHost.Prompt(30 + i, i),
            MaxTokens = 190 - (i * 9),
            IgnoreEndTokens = true,
            Sampling = Random with { Seed = (ulong)i, TopLogProbs = 1 },
        })];
        using var small = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(pages) });
        using var roomy = TinyHost.Load();
        var crowded = await Task.WhenAll(requests.Select(request => small.GenerateAsync(request).ToListAsync().AsTask()));
        for (int i = 0; i < requests.Length; i++)
        {
            var alone = await roomy.GenerateAsync(requests[i]).ToListAsync();
            Assert.Equal(Tokens(alone), Tokens(crowded[i]));
            Assert.Equal(string.Concat(alone.Select(u => u.Text)), string.Concat(crowded[i].Select(u => u.Text)));
            Assert.Equal(alone[^1].End!.Plain() with { CachedTokens = 0 }, crowded[i][^1].End!.Plain() with { CachedTokens = 0 });
        }

        Assert.True(await small.Preemptions() > 0);
        Assert.Equal(0, await roomy.Preemptions());
        Assert.Equal(0, await small.LostPages());
    }

    [Fact]
    public async Task Generate_Recomputed_CountsOnlyThePromptAsCached()
    {
        using var host = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(4) });
        var replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(i =>
            host.Run(new() { Prompt = TinyHost.Prompt(50, i), MaxTokens = 150, IgnoreEndTokens = true })));
        Assert.True(await host.Preemptions() > 0);
        Assert.All(replies, reply => Assert.Equal(0, reply.End.CachedTokens));
    }

    [Fact]
    public async Task Generate_BesidePinnedPages_IsRefusedOnlyWhenItCannotFitAlone()
    {
        using var host = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(4) });
        KvSequence pinned = await host.RunAsync(context =>
        {
            KvSequence sequence = context.Cache.Create();
            sequence.Reserve(128);
            return sequence;
        });
        Assert.Equal(60, (await host.Run(new() { Prompt = TinyHost.Prompt(60, 1), MaxTokens = 60, IgnoreEndTokens = true })).Ids.Length);
        var exception = await Assert.ThrowsAsync<KvCacheFullException>(() => host.Run(new() { Prompt = TinyHost.Prompt(60, 1), MaxTokens = 100, IgnoreEndTokens = true }));
        Assert.Equal((0, 4), (exception.FreePages, exception.TotalPages));
        Assert.Equal(2, await host.LostPages());
        await host.RunAsync(_ =>
        {
            pinned.Dispose();
            return 0;
        });
        Assert.Equal(100, (await host.Run(new() { Prompt = TinyHost.Prompt(60, 1), MaxTokens = 100, IgnoreEndTokens = true })).Ids.Length);
    }

    [Fact]
    public async Task Generate_ReaderLagsWithAllPages_OthersTakeThem()
    {
        using var host = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(4) }, new() { OutputBuffer = 1 });
        var request = new GenerationRequest { Prompt = TinyHost.Prompt(180, 5), MaxTokens = 40, IgnoreEndTokens = true };
        await using var slow = host.GenerateAsync(request).GetAsyncEnumerator();
        Assert.True(await slow.MoveNextAsync());
        List<int> tokens = [slow.Current.Token!.Value.Token];
        var other = await host.Run(new() { Prompt = TinyHost.Prompt(200, 6), MaxTokens = 20, IgnoreEndTokens = true });
        while (await slow.MoveNextAsync())
        {
            if (slow.Current.Token is { } token)
            {
                tokens.Add(token.Token);
            }
        }

        Assert.Equal(20, other.Ids.Length);
        using var roomy = TinyHost.Load();
        Assert.Equal((await roomy.Run(request)).Ids, tokens);
        Assert.Equal(0, await host.LostPages());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    public async Task Score_BesideRepliesInATinyPool_FinishesInPieces(int pages)
    {
        using var host = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(pages) });
        ScoringRequest[] requests = [.. Enumerable.Range(0, 5).Select(i => new ScoringRequest([.. TinyHost.Prompt(60, i % 2), .. TinyHost.Prompt(120 + i, i)], [[1, 2], [1, 3, 4, 5, 6], [4]]))];
        var replies = Enumerable.Range(0, 3).Select(i => host.Run(new() { Prompt = TinyHost.Prompt(50, i), MaxTokens = 180, IgnoreEndTokens = true })).ToList();
        var scores = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => host.ScoreAsync(requests)));
        await Task.WhenAll(replies);
        using var roomy = TinyHost.Load();
        var alone = await roomy.ScoreAsync(requests);
        Assert.All(scores, score => Assert.Equal(alone.SelectMany(result => result.Candidates), score.SelectMany(result => result.Candidates)));
        Assert.Equal(0, await host.LostPages());
    }

    private static List<(int, float)> Tokens(List<GenerationUpdate> updates) => [.. updates.Where(u => u.Token is not null).Select(u => (u.Token!.Value.Token, u.Token!.Value.LogProb))];
}
