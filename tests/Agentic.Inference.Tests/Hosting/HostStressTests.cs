using Agentic.Inference.Hosting;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class HostStressTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 7)]
    [InlineData(3, 11)]
    public async Task Host_CancelsFaultsAndPreemptionOnASmallPool_ResultsAreThoseOfAQuietHostAndNoPageIsLost(int seed, int pages)
    {
        var random = new Random(seed);
        var cancels = new List<CancellationTokenSource>();
        int failures = 0;
        using var host = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(pages) }, new() { MaxConcurrent = 6, OutputBuffer = 4 }, model =>
        {
            var chance = new Random(seed);
            return plan =>
            {
                Assert.Null(model.Cache.Check());
                lock (cancels)
                {
                    if (chance.Next(12) == 0)
                    {
                        cancels[chance.Next(cancels.Count)].Cancel();
                    }
                }

                if (chance.Next(60) == 0)
                {
                    failures++;
                    throw new InvalidOperationException("a broken kernel");
                }

                model.Run(plan.Batch);
                if (plan.Batch.SamplingRows.Count > 0 && chance.Next(60) == 0)
                {
                    failures++;
                    plan.Batch.Sampled[0] = new(-1, float.NaN);
                }
            };
        });
        using var quiet = TinyHost.Load();
        var work = new List<Task<int>>();
        for (int i = 0; i < 60; i++)
        {
            var cancel = new CancellationTokenSource();
            lock (cancels)
            {
                cancels.Add(cancel);
            }

            int[] prompt = [.. TinyHost.Prompt(random.Next(1, 100), random.Next(3)), .. TinyHost.Prompt(random.Next(1, 80), i)];
            RequestPriority priority = random.Next(3) == 0 ? RequestPriority.Batch : RequestPriority.Interactive;
            work.Add(random.Next(4) == 0
                ? Score(host, quiet, new(prompt, [TinyHost.Prompt(3, i), TinyHost.Prompt(20, i + 1), [1]]), cancel.Token)
                : Generate(host, quiet, new() { Prompt = prompt, MaxTokens = random.Next(1, 70), IgnoreEndTokens = true, Priority = priority, Sampling = new() { Temperature = 1, Seed = (ulong)i } }, cancel.Token));
        }

        int[] equal = await Task.WhenAll(work);
        Assert.True(equal.Sum() >= 5, $"only {equal.Sum()} of 60 came through");
        Assert.True(failures > 0);
        Assert.True(await host.Preemptions() > 0);
        Assert.Equal(0, await host.LostPages());
        cancels.ForEach(cancel => cancel.Dispose());
    }

    private static async Task<int> Generate(ModelHost host, ModelHost quiet, GenerationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await host.Run(request, cancellationToken);
            Assert.Equal((await quiet.Run(request, CancellationToken.None)).Ids, reply.Ids);
            return 1;
        }
        catch (Exception exception) when (exception is ModelCallException or OperationCanceledException)
        {
            return 0;
        }
    }

    private static async Task<int> Score(ModelHost host, ModelHost quiet, ScoringRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var scored = await host.ScoreAsync([request], cancellationToken);
            Assert.Equal((await quiet.ScoreAsync([request], CancellationToken.None))[0].Candidates, scored[0].Candidates);
            return 1;
        }
        catch (Exception exception) when (exception is ModelCallException or OperationCanceledException)
        {
            return 0;
        }
    }
}
