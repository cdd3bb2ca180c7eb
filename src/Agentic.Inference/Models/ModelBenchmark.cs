using System.Diagnostics;
using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Models;

/// <summary>What <see cref="ModelBenchmark"/> measures.</summary>
public sealed record ModelBenchmarkOptions
{
    /// <summary>Tokens of the prompt. Default 512.</summary>
    public int PrefillTokens { get; init; } = 512;

    /// <summary>Tokens decoded greedily. Default 128.</summary>
    public int DecodeTokens { get; init; } = 128;

    /// <summary>Tokens in the cache when decoding starts. Default 512.</summary>
    public int Context { get; init; } = 512;

    /// <summary>Sequences decoded side by side, one measurement each; 1 is always measured. Default none.</summary>
    public IReadOnlyList<int> BatchSizes { get; init; } = [];

    /// <summary>Measured runs, of which the best counts; one more goes before them to warm up. Default 3.</summary>
    public int Runs { get; init; } = 3;
}

/// <summary>Speeds of a model, best of several runs.</summary>
/// <param name="Backend">Name of the backend.</param>
/// <param name="PrefillTokens">Tokens of the prompt.</param>
/// <param name="PrefillTokensPerSecond">Prompt tokens a second, the last one's sampling included.</param>
/// <param name="DecodeTokens">Tokens decoded.</param>
/// <param name="Context">Tokens in the cache when decoding started.</param>
/// <param name="DecodeTokensPerSecond">Greedily decoded tokens a second of one sequence, sampling included.</param>
/// <param name="Batch">Tokens a second over all sequences, by the number of sequences decoded side by side.</param>
/// <param name="ResidentBytes">Bytes of weights, cache and buffers.</param>
public sealed record ModelBenchmarkResult(
    string Backend,
    int PrefillTokens,
    double PrefillTokensPerSecond,
    int DecodeTokens,
    int Context,
    double DecodeTokensPerSecond,
    IReadOnlyDictionary<int, double> Batch,
    long ResidentBytes);

/// <summary>Measures prefill and decode speed of a loaded model. Uses its cache; belongs to the thread that runs the model.</summary>
public sealed class ModelBenchmark
{
    private readonly LanguageModel _model;
    private readonly ModelBenchmarkOptions _options;
    private readonly StepBatch _batch = new();
    private readonly SamplingRow _greedy = new();

    private ModelBenchmark(LanguageModel model, ModelBenchmarkOptions options)
    {
        _model = model;
        _options = options;
    }

    /// <summary>Runs the measurements.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">What to measure; null = the defaults.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is not positive, or prompt or context with the decoded tokens exceed the window.</exception>
    /// <exception cref="KvCacheFullException">The cache is too small for a batch.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ModelBenchmarkResult Run(LanguageModel model, ModelBenchmarkOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ModelBenchmarkOptions();
        foreach (int count in (ReadOnlySpan<int>)[options.PrefillTokens, options.DecodeTokens, options.Context, options.Runs, .. options.BatchSizes])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(options));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(options.PrefillTokens, options.Context + options.DecodeTokens), model.Window, nameof(options));
        return new ModelBenchmark(model, options).Measure(cancellation);
    }

    private ModelBenchmarkResult Measure(CancellationToken cancellation)
    {
        double prefill = 0, decode = 0;
        var batch = new Dictionary<int, double>();
        for (int run = 0; run <= _options.Runs; run++)
        {
            prefill = Better(run, prefill, Prefill(cancellation));
            decode = Better(run, decode, Decode(1, cancellation));
            foreach (int size in _options.BatchSizes)
            {
                batch[size] = Better(run, batch.GetValueOrDefault(size), Decode(size, cancellation));
            }
        }

        return new ModelBenchmarkResult(
            _model.Backend.Name, _options.PrefillTokens, prefill, _options.DecodeTokens, _options.Context, decode, batch, _model.ResidentBytes);
    }

    private static double Better(int run, double best, double value) => run == 0 ? 0 : Math.Max(best, value);

    private double Prefill(CancellationToken cancellation)
    {
        using KvSequence sequence = _model.Cache.Create();
        long start = Stopwatch.GetTimestamp();
        Fill(sequence, _options.PrefillTokens, cancellation);
        return _options.PrefillTokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private double Decode(int sequences, CancellationToken cancellation)
    {
        using KvSequence prompt = _model.Cache.Create();
        int first = Fill(prompt, _options.Context, cancellation);
        var all = new KvSequence[sequences];
        int[] tokens = new int[sequences];
        for (int i = 0; i < sequences; i++)
        {
            all[i] = prompt.Fork();
            tokens[i] = (first + i) % _model.Config.VocabularySize;
        }

        try
        {
            long start = Stopwatch.GetTimestamp();
            for (int step = 0; step < _options.DecodeTokens; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                _batch.Clear();
                for (int i = 0; i < sequences; i++)
                {
                    _batch.Sample(_batch.Add(all[i], [tokens[i]]), _greedy);
                }

                _model.Run(_batch);
                for (int i = 0; i < sequences; i++)
                {
                    tokens[i] = _batch.Token(i).Token;
                }
            }

            return sequences * _options.DecodeTokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            foreach (KvSequence sequence in all)
            {
                sequence.Dispose();
            }
        }
    }

    /// <summary>Runs a made-up prompt through the model in chunks; the token that follows it.</summary>
    private int Fill(KvSequence sequence, int length, CancellationToken cancellation)
    {
        int[] tokens = new int[length];
        for (int i = 0; i < length; i++)
        {
            tokens[i] = (int)((i * 7919L + 17) % _model.Config.VocabularySize);
        }

        int slot = 0;
        for (int at = 0; at < length; at += _model.ChunkTokens)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(_model.ChunkTokens, length - at);
            _batch.Clear();
            int row = _batch.Add(sequence, tokens.AsSpan(at, count));
            if (at + count == length)
            {
                slot = _batch.Sample(row + count - 1, _greedy);
            }

            _model.Run(_batch);
        }

        return _batch.Token(slot).Token;
    }
}
