using Agentic.Inference.Backends.Scalar;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Models;

public sealed class PerplexityTests
{
    private static readonly int[] Ids = [.. Enumerable.Range(0, 50).Select(i => i * 37 % 320)];

    [Fact]
    public void Compute_WindowsAndBuckets_AreMeansOverTheScoredTokens()
    {
        // Windows of 20, 20 and 10; chunks of 8 cut inside them.
        using LanguageModel model = ModelRuns.Load(TinyGolden.File("qwen2"), new ScalarBackend(), chunk: 8);
        double[] expected = new double[50];
        foreach (int start in (int[])[0, 20, 40])
        {
            int length = Math.Min(20, 50 - start);
            using KvSequence sequence = model.Cache.Create();
            float[][] logits = ModelRuns.Logits(model, sequence, Ids.AsSpan(start, length), 1, [.. Enumerable.Range(0, length)]);
            for (int i = 1; i < length; i++)
            {
                expected[start + i] = Math.Log(logits[i - 1].Sum(logit => Math.Exp(logit))) - logits[i - 1][Ids[start + i]];
            }
        }

        PerplexityResult found = Perplexity.Compute(model, Ids, 20, 5);
        Assert.Equal([19, 19, 9], found.Windows.Select(window => window.Tokens));
        Assert.Equal(expected.Sum() / 47, found.Nll, 1e-5);
        Assert.Equal(47, found.Tokens);
        Assert.Equal(Math.Exp(found.Nll), found.Value);
        Assert.Equal(4, found.Buckets.Count);
        Assert.Equal(new[] { 0, 20, 40 }.Sum(start => expected.Skip(start + 1).Take(4).Sum()) / 12, found.Buckets[0], 1e-5);
        Assert.Equal(new[] { 0, 20 }.Sum(start => expected.Skip(start + 15).Take(5).Sum()) / 10, found.Buckets[3], 1e-5);
        Assert.Equal(0, model.Cache.UsedPages);
    }

    [Fact]
    public void Compute_OneTokenLeftOver_IsNotAWindow()
    {
        using LanguageModel model = ModelRuns.Load(TinyGolden.File("llama"), new ScalarBackend());
        Assert.Equal([24, 24], Perplexity.Compute(model, Ids.AsSpan(0, 50), 25).Windows.Select(window => window.Tokens));
        Assert.Equal([23, 23], Perplexity.Compute(model, Ids.AsSpan(0, 49), 24).Windows.Select(window => window.Tokens));
    }

    [Fact]
    public void Compute_WindowTooLarge_RefusedWithNumbers()
    {
        using LanguageModel model = ModelRuns.Load(TinyGolden.File("llama"), new ScalarBackend());
        var error = Assert.Throws<BudgetException>(() => Perplexity.Compute(model, Ids, 1000));
        Assert.Equal((1000, 256), (error.Needed, error.Limit));
    }

    [Fact]
    public void Compute_Cancelled_StopsAndFreesItsPages()
    {
        using LanguageModel model = ModelRuns.Load(TinyGolden.File("llama"), new ScalarBackend(), chunk: 8);
        using var stop = new CancellationTokenSource();
        var progress = new Stopper(stop);
        Assert.Throws<OperationCanceledException>(() => Perplexity.Compute(model, Ids, progress: progress, cancellationToken: stop.Token));
        Assert.Equal(16, progress.Last);
        Assert.Equal(0, model.Cache.UsedPages);
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<int>
    {
        public int Last { get; private set; }

        public void Report(int value)
        {
            Last = value;
            if (value == 16)
            {
                stop.Cancel();
            }
        }
    }
}
