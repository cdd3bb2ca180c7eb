using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Tests.Models;

/// <summary>Runs that tests share.</summary>
internal static class ModelRuns
{
    public static LanguageModel Load(string path, IComputeBackend backend, KvType kv = KvType.Float32, int chunk = 256, long? kvBytes = null, int? window = null)
    {
        using GgufFile file = GgufFile.Open(path);
        return LanguageModel.Load(file, new ModelOptions { KvType = kv, ChunkTokens = chunk, KvMemoryBytes = kvBytes, Window = window }, backend);
    }

    /// <summary>Appends tokens in steps of at most <paramref name="chunk"/> rows and returns the logits at the wanted positions, in their order.</summary>
    public static float[][] Logits(LanguageModel model, KvSequence sequence, ReadOnlySpan<int> ids, int chunk, params int[] positions)
    {
        float[][] found = new float[positions.Length][];
        var batch = new StepBatch();
        int start = sequence.Length;
        for (int at = 0; at < ids.Length; at += chunk)
        {
            ReadOnlySpan<int> part = ids.Slice(at, Math.Min(chunk, ids.Length - at));
            batch.Clear();
            int first = batch.Add(sequence, part);
            var slots = new List<(int Slot, int Index)>();
            for (int i = 0; i < positions.Length; i++)
            {
                int row = positions[i] - start - at;
                if (row >= 0 && row < part.Length)
                {
                    slots.Add((batch.ReadLogits(first + row), i));
                }
            }

            model.Run(batch);
            foreach ((int slot, int index) in slots)
            {
                found[index] = batch.Logits(slot).ToArray();
            }
        }

        return found;
    }

    /// <summary>Greedy continuation: the token after <paramref name="last"/> and those that follow.</summary>
    public static int[] Greedy(LanguageModel model, KvSequence sequence, int last, int count)
    {
        var batch = new StepBatch();
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++)
        {
            batch.Clear();
            int slot = batch.Sample(batch.Add(sequence, [last]), new SamplingRow());
            model.Run(batch);
            tokens[i] = last = batch.Token(slot).Token;
        }

        return tokens;
    }
}
