using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Models;

/// <summary>Where numbers stop being finite: reads a text again, and looks at the residual stream after every layer.</summary>
internal static class FaultFinder
{
    /// <summary>Finds the first part of the model after which a number is not finite.</summary>
    /// <param name="model">The model; used from its thread, between steps.</param>
    /// <param name="tokens">The text.</param>
    /// <returns>The fault; null when there is none, or no room in the cache to look for it.</returns>
    public static NumberFault? Find(LanguageModel model, ReadOnlySpan<int> tokens)
    {
        KvSequence sequence = model.Cache.Create();
        var batch = new StepBatch();
        NumberFault? fault = null;
        try
        {
            for (int from = 0; from < tokens.Length && fault is null; from += model.ChunkTokens)
            {
                ReadOnlySpan<int> chunk = tokens[from..Math.Min(tokens.Length, from + model.ChunkTokens)];
                if (!sequence.TryReserve(chunk.Length))
                {
                    return null;
                }

                batch.Clear();
                batch.Add(sequence, chunk);
                int sum = batch.SumStates(0, chunk.Length); // so that the last layer is computed for all rows
                int logits = batch.ReadLogits(chunk.Length - 1);
                model.Watch = (layer, states, rows) => fault ??= Look(model, states, rows) is { } row ? new NumberFault(layer, from + row) : null;
                model.Run(batch);
                fault ??= IsFinite(batch.StateSum(sum)) ? null : new NumberFault(model.Config.BlockCount, from + chunk.Length - 1);
                fault ??= IsFinite(batch.Logits(logits)) ? null : new NumberFault(model.Config.BlockCount, from + chunk.Length - 1);
            }
        }
        finally
        {
            model.Watch = null;
            sequence.Discard();
        }

        return fault;
    }

    /// <summary>The first row that is not finite.</summary>
    private static int? Look(LanguageModel model, DeviceBuffer states, int rows)
    {
        var row = new float[model.Config.EmbeddingLength];
        for (int r = 0; r < rows; r++)
        {
            model.Backend.Read(states, (long)r * row.Length, row);
            if (!IsFinite(row))
            {
                return r;
            }
        }

        return null;
    }

    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFinite(ReadOnlySpan<double> values)
    {
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A number that is not finite.</summary>
/// <param name="Layer">The layer whose output holds it, from 0; −1 for the embedding, the number of layers for what comes after the last.</param>
/// <param name="Position">Position of the token.</param>
internal readonly record struct NumberFault(int Layer, int Position);
