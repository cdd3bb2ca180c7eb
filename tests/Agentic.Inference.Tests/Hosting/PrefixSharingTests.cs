using Agentic.Inference.Hosting;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class PrefixSharingTests
{
    [Fact]
    public async Task Generate_ManyAtOnceWithOneBeginning_ItIsComputedOnce()
    {
        int rows = -1; // −1 until all have arrived, which they do within one step
        int[] common = TinyHost.Prompt(150, 1);
        GenerationRequest[] requests = [.. Enumerable.Range(0, 8).Select(i => new GenerationRequest { Prompt = [.. common, .. TinyHost.Prompt(20 + i, 10 + i)], MaxTokens = 5, IgnoreEndTokens = true })];
        Task<(int[] Ids, GenerationEnd End, string Text)>[] work = [];
        ModelHost host = null!;
        using var owner = host = TinyHost.Load(TinyHost.Options with { ChunkTokens = 512 }, run: model => plan =>
        {
            if (rows < 0)
            {
                work = [.. requests.Select(request => host.Run(request))];
            }

            rows += rows < 0 ? 1 : plan.Batch.Rows;
            model.Run(plan.Batch);
        });
        await host.Run(new() { Prompt = [1, 2, 3], MaxTokens = 1, IgnoreEndTokens = true });
        var replies = await Task.WhenAll(work);
        Assert.Equal([0, 128, 128, 128, 128, 128, 128, 128], replies.Select(reply => reply.End.CachedTokens).Order());
        Assert.Equal(requests.Sum(request => request.Prompt.Count + 4) - (7 * 128), rows);
        using var other = TinyHost.Load();
        for (int i = 0; i < requests.Length; i++)
        {
            Assert.Equal((await other.Run(requests[i])).Ids, replies[i].Ids);
        }

        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Generate_BeginsLikeAReply_TakesItOver()
    {
        using var host = TinyHost.Load();
        int[] prompt = TinyHost.Prompt(40, 1);
        var first = await host.Run(new() { Prompt = prompt, MaxTokens = 100, IgnoreEndTokens = true });
        var second = await host.Run(new() { Prompt = [.. prompt, .. first.Ids], MaxTokens = 3, IgnoreEndTokens = true });
        Assert.Equal(128, second.End.CachedTokens);
        using var other = TinyHost.Load();
        Assert.Equal((await other.Run(new() { Prompt = [.. prompt, .. first.Ids], MaxTokens = 3, IgnoreEndTokens = true })).Ids, second.Ids);
    }

    [Fact]
    public async Task Generate_TheOneThatReadsIsCancelled_ThoseThatWaitedReadOn()
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
        int[] prompt = TinyHost.Prompt(200, 1);
        var first = host.Run(new() { Prompt = prompt, MaxTokens = 5, IgnoreEndTokens = true }, cancel.Token);
        var second = host.Run(new() { Prompt = prompt, MaxTokens = 5, IgnoreEndTokens = true });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(5, (await second).Ids.Length);
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Generate_NumbersNotFinite_NothingOfItIsFoundAgain()
    {
        bool broken = true;
        using var host = TinyHost.Load(run: model => plan =>
        {
            model.Run(plan.Batch);
            if (broken && plan.Batch.SamplingRows.Count > 0)
            {
                plan.Batch.Sampled[0] = new(-1, float.NaN);
            }
        });
        var request = new GenerationRequest { Prompt = TinyHost.Prompt(200, 1), MaxTokens = 5, IgnoreEndTokens = true };
        await Assert.ThrowsAsync<NotFiniteException>(() => host.Run(request));
        broken = false;
        Assert.Equal(0, (await host.Run(request)).End.CachedTokens);
        Assert.Equal(128, (await host.Run(request with { Prompt = [.. TinyHost.Prompt(150, 1), 5] })).End.CachedTokens);
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Score_AContextThatARequestReads_SharesItsPages()
    {
        using var host = TinyHost.Load();
        int[] prompt = TinyHost.Prompt(150, 1);
        await host.Run(new() { Prompt = prompt, MaxTokens = 5, IgnoreEndTokens = true });
        var scored = await host.ScoreAsync([new([.. prompt, 3], [[1], [2]]), new([.. prompt, 4], [[1], [2]])]);
        Assert.Equal([128, 150], scored.Select(result => result.CachedTokens));
    }
}
