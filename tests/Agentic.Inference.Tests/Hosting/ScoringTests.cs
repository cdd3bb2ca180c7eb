using Agentic.Inference.Hosting;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class ScoringTests
{
    [Fact]
    public async Task Score_RequestsThatShareBeginnings_EachAsAlone()
    {
        using var host = TinyHost.Load();
        int[] common = TinyHost.Prompt(70, 1);
        ScoringRequest[] requests =
        [
            new([.. common, 1, 2, 3], [[4], [4, 5], [4, 5, 6], [9]]),
            new([.. common, 1, 2], [[3, 4], [8, 8, 8]]),
            new([.. common, 1, 2, 3], [[4], [7, 7]]),
            new(TinyHost.Prompt(30, 2), [[1], [2]]),
            new([.. common], [[1, 2, 3, 4, 5]]),
            new([5], [[6, 7]]),
        ];
        var together = await host.ScoreAsync(requests);
        for (int i = 0; i < requests.Length; i++)
        {
            Assert.Equal(requests[i].Candidates.Select((_, c) => Alone(host, requests[i], c)), together[i].Candidates);
            Assert.Equal(requests[i].Context.Count + requests[i].Candidates.Sum(c => c.Count), together[i].PromptTokens);
        }

        Assert.Equal(new[] { 0, 72, 73, 0, 70, 0 }, together.Select(result => result.CachedTokens));
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Score_Again_TakesOverTheKeptBeginning()
    {
        using var host = TinyHost.Load();
        ScoringRequest request = new(TinyHost.Prompt(140, 1), [[4], [4, 5]]);
        var first = await host.ScoreAsync([request]);
        var second = await host.ScoreAsync([request]);
        Assert.Equal((0, 128), (first[0].CachedTokens, second[0].CachedTokens));
        Assert.Equal(first[0].Candidates, second[0].Candidates);
        Assert.Equal(0, await host.LostPages());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    public async Task Score_MoreThanThePoolHolds_Finishes(int pages)
    {
        using var host = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(pages) });
        ScoringRequest[] requests = [.. Enumerable.Range(0, 9).Select(i => new ScoringRequest([.. TinyHost.Prompt(60, i % 2), .. TinyHost.Prompt(80 + i, i)], [[1, 2], [1, 3], [4]]))];
        var together = await host.ScoreAsync(requests);
        using var roomy = TinyHost.Load();
        var free = await roomy.ScoreAsync(requests);
        Assert.Equal(free.SelectMany(result => result.Candidates), together.SelectMany(result => result.Candidates));
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Score_BesideReplies_BothAsAlone()
    {
        using var host = TinyHost.Load();
        ScoringRequest request = new(TinyHost.Prompt(100, 1), [[4], [4, 5, 6]]);
        var alone = await host.ScoreAsync([request]);
        var replies = TinyHost.Goldens.Select(golden => host.Run(new() { Prompt = golden.Prompt, MaxTokens = 16, IgnoreEndTokens = true })).ToList();
        var scores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.ScoreAsync([request])));
        Assert.All(scores, score => Assert.Equal(alone[0].Candidates, score[0].Candidates));
        Assert.Equal(TinyHost.Goldens.Select(golden => golden.Greedy), (await Task.WhenAll(replies)).Select(reply => reply.Ids));
    }

    [Fact]
    public async Task Score_Cancelled_FreesItsPages()
    {
        using var cancel = new CancellationTokenSource();
        using var host = TinyHost.Load(run: model => plan =>
        {
            cancel.Cancel();
            model.Run(plan.Batch);
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.ScoreAsync([new(TinyHost.Prompt(200, 1), [[1]])], cancel.Token));
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Score_WrongRequests_AreRefused()
    {
        using var host = TinyHost.Load();
        await Assert.ThrowsAsync<ArgumentException>(() => host.ScoreAsync([new([], [[1]])]));
        await Assert.ThrowsAsync<ArgumentException>(() => host.ScoreAsync([new([1], [[]])]));
        await Assert.ThrowsAsync<ArgumentException>(() => host.ScoreAsync([new([1], [[999]])]));
        var exception = await Assert.ThrowsAsync<BudgetException>(() => host.ScoreAsync([new(TinyHost.Prompt(255, 1), [[1, 2]])]));
        Assert.Equal((257, 256), (exception.Needed, exception.Limit));
        Assert.Empty(await host.ScoreAsync([]));
        Assert.Empty((await host.ScoreAsync([new([1], [])]))[0].Candidates);
    }

    /// <summary>The candidate's log-probabilities by one plain pass over a fresh sequence.</summary>
    private static IReadOnlyList<double> Alone(ModelHost host, ScoringRequest request, int candidate) => host.RunAsync(context =>
    {
        int[] tokens = [.. request.Context, .. request.Candidates[candidate].SkipLast(1)];
        using KvSequence sequence = context.Cache.Create();
        var scores = new List<double>();
        var batch = new StepBatch();
        for (int at = 0; at < tokens.Length; at += context.Model.ChunkTokens)
        {
            int count = Math.Min(context.Model.ChunkTokens, tokens.Length - at);
            batch.Clear();
            batch.Add(sequence, tokens.AsSpan(at, count));
            var slots = Enumerable.Range(at, count).Where(p => p >= request.Context.Count - 1)
                .Select(p => batch.Score(p - at, request.Candidates[candidate][p - request.Context.Count + 1])).ToList();
            context.Model.Run(batch);
            scores.AddRange(slots.Select(slot => (double)batch.LogProb(slot)));
        }

        return (IReadOnlyList<double>)scores;
    }).GetAwaiter().GetResult();
}
