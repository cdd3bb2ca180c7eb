using System.Diagnostics;
using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Benchmarks.Hosting;

/// <summary>Greedy steps of several sequences with nothing around them. Its prompts are read once; every block of steps starts behind them again.</summary>
internal sealed class BareLoop : IDisposable
{
    private readonly LanguageModel _model;
    private readonly StepBatch _batch = new();
    private readonly SamplingRow _greedy = new();
    private readonly KvSequence[] _prompts;
    private readonly int[] _first;

    /// <summary>Reads the prompts.</summary>
    public BareLoop(LanguageModel model, IReadOnlyList<int[]> prompts)
    {
        _model = model;
        _prompts = [.. prompts.Select(_ => model.Cache.Create())];
        _first = new int[prompts.Count];
        for (int s = 0; s < prompts.Count; s++)
        {
            int slot = 0;
            for (int from = 0; from < prompts[s].Length; from += model.ChunkTokens)
            {
                _batch.Clear();
                int[] chunk = [.. prompts[s].Skip(from).Take(model.ChunkTokens)];
                slot = _batch.Sample(_batch.Add(_prompts[s], chunk) + chunk.Length - 1, _greedy);
                model.Run(_batch);
            }

            _first[s] = _batch.Token(slot).Token;
        }
    }

    /// <summary>Mean seconds of some steps, drawing of tokens left out.</summary>
    public double Step(int count)
    {
        KvSequence[] sequences = [.. _prompts.Select(prompt => prompt.Fork())];
        int[] next = [.. _first], slots = new int[next.Length];
        TimeSpan drawn = _model.Timings.Sampling;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            _batch.Clear();
            for (int s = 0; s < next.Length; s++) slots[s] = _batch.Sample(_batch.Add(sequences[s], [next[s]]), _greedy);
            _model.Run(_batch);
            for (int s = 0; s < next.Length; s++) next[s] = _batch.Token(slots[s]).Token;
        }

        double seconds = (Stopwatch.GetElapsedTime(start) - (_model.Timings.Sampling - drawn)).TotalSeconds;

        foreach (KvSequence sequence in sequences) sequence.Dispose();
        return seconds / count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (KvSequence prompt in _prompts) prompt.Dispose();
    }
}
