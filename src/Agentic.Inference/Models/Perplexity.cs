using Agentic.Inference.KvCache;

namespace Agentic.Inference.Models;

/// <summary>How well a model predicts a text: mean negative log-likelihood over windows that are evaluated alone.</summary>
public static class Perplexity
{
    /// <summary>
    /// Cuts the ids into windows that do not overlap, evaluates each from position 0, and scores every token after a window's first. A last
    /// window shorter than the others counts if it has at least two tokens. Chunk by chunk, so that a window costs no memory beyond its cache.
    /// </summary>
    /// <param name="model">The model; nothing else may use it meanwhile.</param>
    /// <param name="ids">Token ids of the text, at least two.</param>
    /// <param name="window">Tokens a window, 2 to the model's window; 0 = the model's window.</param>
    /// <param name="bucket">Tokens a bucket of positions for <see cref="PerplexityResult.Buckets"/>; 0 = none, else at least 2.</param>
    /// <param name="progress">Told the number of tokens done, a chunk at a time.</param>
    /// <param name="cancellationToken">Stops between chunks.</param>
    /// <exception cref="BudgetException">The window is larger than the model's.</exception>
    /// <exception cref="KvCacheFullException">The cache has no room for a window.</exception>
    public static PerplexityResult Compute(
        LanguageModel model, ReadOnlySpan<int> ids, int window = 0, int bucket = 0, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(ids.Length, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(bucket);
        ArgumentOutOfRangeException.ThrowIfEqual(bucket, 1); // a window's first token is never scored, so its bucket would be empty
        window = window == 0 ? model.Window : window;
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 2);
        if (window > model.Window)
        {
            throw new BudgetException($"A window of {window} tokens does not fit the model's {model.Window}.", window, model.Window);
        }

        var windows = new List<WindowScore>();
        int largestBucket = bucket == 0 ? 0 : (Math.Min(window, ids.Length) - 1) / bucket + 1;
        double[] sums = new double[largestBucket];
        long[] counts = new long[largestBucket];
        var batch = new StepBatch();
        for (int start = 0; start + 1 < ids.Length; start += window)
        {
            ReadOnlySpan<int> part = ids[start..Math.Min(start + window, ids.Length)];
            using KvSequence sequence = model.Cache.Create();
            double total = 0;
            while (sequence.Length < part.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int first = sequence.Length;
                int rows = Math.Min(model.ChunkTokens, part.Length - first);
                batch.Clear();
                batch.Add(sequence, part.Slice(first, rows));
                int scored = Math.Min(rows, part.Length - 1 - first);
                for (int r = 0; r < scored; r++)
                {
                    batch.Score(r, part[first + r + 1]);
                }

                model.Run(batch);
                for (int r = 0; r < scored; r++)
                {
                    double nll = -batch.LogProb(r);
                    total += nll;
                    if (bucket > 0)
                    {
                        sums[(first + r + 1) / bucket] += nll;
                        counts[(first + r + 1) / bucket]++;
                    }
                }

                progress?.Report(start + first + rows);
            }

            windows.Add(new WindowScore(part.Length - 1, total / (part.Length - 1)));
        }

        var buckets = new List<double>();
        for (int i = 0; i < largestBucket; i++)
        {
            buckets.Add(sums[i] / counts[i]);
        }

        return new PerplexityResult(windows, buckets);
    }
}

/// <summary>One window's score.</summary>
/// <param name="Tokens">Scored tokens.</param>
/// <param name="Nll">Their mean negative log-likelihood in nats.</param>
public readonly record struct WindowScore(int Tokens, double Nll);

/// <summary>What <see cref="Perplexity.Compute"/> found.</summary>
/// <param name="Windows">Each window in order.</param>
/// <param name="Buckets">Mean negative log-likelihood of the tokens at positions [k · bucket, (k + 1) · bucket) of all windows; empty when no buckets were asked for.</param>
public sealed record PerplexityResult(IReadOnlyList<WindowScore> Windows, IReadOnlyList<double> Buckets)
{
    /// <summary>Scored tokens.</summary>
    public long Tokens => Windows.Sum(window => (long)window.Tokens);

    /// <summary>Mean negative log-likelihood of all scored tokens, in nats.</summary>
    public double Nll => Windows.Sum(window => window.Nll * window.Tokens) / Tokens;

    /// <summary>exp(<see cref="Nll"/>).</summary>
    public double Value => Math.Exp(Nll);
}
