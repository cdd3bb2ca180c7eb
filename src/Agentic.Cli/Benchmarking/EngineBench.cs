using System.Diagnostics;
using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Cli.Benchmarking;

/// <summary>Times the engine below the chat client: prefill, generation alone and in batches, and a map stage. Greedy sampling is part of every step.</summary>
internal sealed class EngineBench(LanguageModel model, CancellationToken cancellationToken)
{
    private readonly StepBatch _batch = new();
    private readonly SamplingRow _greedy = new();

    /// <summary>One measurement of everything in the plan.</summary>
    public BenchFigures Measure(BenchPlan plan) => new()
    {
        Prefill = Prefill(plan.Prefill),
        Decode = Decode(1, plan.At, plan.Decode),
        Batch = plan.Batches.Skip(1).ToDictionary(BenchFigures.Key, n => Decode(n, plan.At, plan.Decode)),
        MapSeconds = plan.Map is MapStage map ? Map(map) : null,
    };

    /// <summary>Prompt tokens a second, to the first sampled token.</summary>
    public double Prefill(int tokens)
    {
        using KvSequence sequence = model.Cache.Create();
        long start = Stopwatch.GetTimestamp();
        Append(sequence, tokens);
        return tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private double Decode(int sequences, int at, int tokens)
    {
        KvSequence[] all = new KvSequence[sequences];
        int[] next = new int[sequences];
        try
        {
            for (int s = 0; s < sequences; s++)
            {
                all[s] = model.Cache.Create();
                next[s] = Append(all[s], at, s);
            }

            long start = Stopwatch.GetTimestamp();
            Generate(all, next, tokens);
            return sequences * tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            Free(all);
        }
    }

    private double Map(MapStage map)
    {
        KvSequence[] all = new KvSequence[map.Calls];
        int[] next = new int[map.Calls];
        try
        {
            long start = Stopwatch.GetTimestamp();
            using KvSequence shared = model.Cache.Create();
            Append(shared, map.Shared);
            for (int s = 0; s < map.Calls; s++)
            {
                all[s] = shared.Fork();
                next[s] = Append(all[s], map.Chunk, s);
            }

            Generate(all, next, map.New);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            Free(all);
        }
    }

    private void Generate(KvSequence[] sequences, int[] next, int tokens)
    {
        int[] slots = new int[sequences.Length];
        for (int i = 0; i < tokens; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // More sequences than a step has rows take several steps.
            for (int first = 0; first < sequences.Length; first += model.ChunkTokens)
            {
                int end = Math.Min(first + model.ChunkTokens, sequences.Length);
                _batch.Clear();
                for (int s = first; s < end; s++)
                {
                    slots[s] = _batch.Sample(_batch.Add(sequences[s], [next[s]]), _greedy);
                }

                model.Run(_batch);
                for (int s = first; s < end; s++)
                {
                    next[s] = _batch.Token(slots[s]).Token;
                }
            }
        }
    }

    /// <summary>Appends made-up tokens and returns the token sampled after them.</summary>
    private int Append(KvSequence sequence, int tokens, int variant = 0)
    {
        int[] ids = new int[tokens];
        for (int i = 0; i < tokens; i++)
        {
            ids[i] = (int)((uint)((sequence.Length + i + variant) * 7919 + 101) % (uint)model.Config.VocabularySize);
        }

        int slot = 0;
        for (int first = 0; first < tokens; first += model.ChunkTokens)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = Math.Min(model.ChunkTokens, tokens - first);
            _batch.Clear();
            int row = _batch.Add(sequence, ids.AsSpan(first, rows));
            if (first + rows == tokens)
            {
                slot = _batch.Sample(row + rows - 1, _greedy);
            }

            model.Run(_batch);
        }

        return _batch.Token(slot).Token;
    }

    private static void Free(KvSequence?[] sequences)
    {
        foreach (KvSequence? sequence in sequences)
        {
            sequence?.Dispose();
        }
    }
}
