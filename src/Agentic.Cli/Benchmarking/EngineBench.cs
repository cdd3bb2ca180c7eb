using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Cli.Benchmarking;

/// <summary>Times the engine below the chat client: prefill, generation alone and in batches. Greedy sampling is part of every step.</summary>
internal sealed class EngineBench(LanguageModel model, CancellationToken cancellationToken)
{
    private readonly StepBatch _batch = new();
    private readonly SamplingRow _greedy = new();

    /// <summary>One measurement of everything in the plan but the map stage.</summary>
    public BenchFigures Measure(BenchPlan plan)
    {
        var work = new Dictionary<string, WorkRate>();
        (double prefill, work["prefill"]) = Prefill(plan.Prefill);
        var speeds = new Dictionary<string, double>();
        foreach (int sequences in plan.Batches)
        {
            string key = BenchFigures.Key(sequences);
            (speeds[key], work[key]) = Decode(sequences, plan.At, plan.Decode);
        }

        string one = BenchFigures.Key(1);
        return new BenchFigures { Prefill = prefill, Decode = speeds[one], Batch = speeds.Where(s => s.Key != one).ToDictionary(), Work = work };
    }

    /// <summary>Prompt tokens a second, to the first sampled token.</summary>
    public (double Speed, WorkRate Work) Prefill(int tokens)
    {
        using KvSequence sequence = model.Cache.Create();
        WorkRate.Watch watch = WorkRate.Start(model.Backend.Counters);
        Append(sequence, tokens);
        (double seconds, WorkRate work) = watch.Stop();
        return (tokens / seconds, work);
    }

    /// <summary>Generated tokens a second of several sequences together, from a context of <paramref name="at"/> tokens on; reading these is not timed.</summary>
    public (double Speed, WorkRate Work) Decode(int sequences, int at, int tokens)
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

            WorkRate.Watch watch = WorkRate.Start(model.Backend.Counters);
            Generate(all, next, tokens);
            (double seconds, WorkRate work) = watch.Stop();
            return (sequences * tokens / seconds, work);
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

    /// <summary>The made-up tokens that a sequence begins with; sequences differ by <paramref name="variant"/>.</summary>
    public int[] Prompt(int tokens, int variant) =>
        [.. Enumerable.Range(variant, tokens).Select(i => (int)((uint)(i * 7919 + 101) % (uint)model.Config.VocabularySize))];

    /// <summary>Fills an empty sequence with made-up tokens and returns the token sampled after them.</summary>
    private int Append(KvSequence sequence, int tokens, int variant = 0)
    {
        int[] ids = Prompt(tokens, variant);
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
