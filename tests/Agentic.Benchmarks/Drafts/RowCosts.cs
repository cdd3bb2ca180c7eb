using System.Diagnostics;
using System.Globalization;
using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Benchmarks.Drafts;

/// <summary>What a step with several rows of one sequence costs beside a step of one row: this decides how long a draft may be.</summary>
internal static class RowCosts
{
    private const int Context = 512;
    private const int Steps = 24;
    private const int Rounds = 3;
    private static readonly int[] Rows = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24];

    /// <summary>Prints a line for each number of rows: milliseconds a step (best of three rounds) and how many times a step of one row.</summary>
    public static void Print(LanguageModel model)
    {
        var best = new double[Rows.Length];
        Array.Fill(best, double.PositiveInfinity);
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < Rows.Length; i++)
            {
                best[i] = Math.Min(best[i], Measure(model, Rows[i]));
            }
        }

        for (int i = 0; i < Rows.Length; i++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step of {Rows[i],2} rows at {Context}: {best[i] * 1e3,7:F2} ms = {best[i] / best[0],5:F2} steps of one row"));
        }
    }

    private static double Measure(LanguageModel model, int rows)
    {
        using KvSequence sequence = model.Cache.Create();
        var batch = new StepBatch();
        var greedy = new SamplingRow();
        int[] ids = [.. Enumerable.Range(0, Context).Select(i => (i * 7919 + 101) % model.Config.VocabularySize)];
        for (int at = 0; at < Context; at += model.ChunkTokens)
        {
            batch.Clear();
            batch.Add(sequence, ids.AsSpan(at, Math.Min(model.ChunkTokens, Context - at)));
            model.Run(batch);
        }

        long start = 0;
        for (int step = -2; step < Steps; step++)
        {
            start = step == 0 ? Stopwatch.GetTimestamp() : start;
            batch.Clear();
            int row = batch.Add(sequence, ids.AsSpan(0, rows));
            for (int r = 0; r < rows; r++)
            {
                batch.Sample(row + r, greedy);
            }

            model.Run(batch);
            sequence.Truncate(Context);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / Steps;
    }
}
