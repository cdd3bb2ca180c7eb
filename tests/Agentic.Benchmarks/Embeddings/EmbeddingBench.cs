using System.Diagnostics;
using System.Globalization;
using Agentic.Inference.Backends;
using Agentic.Inference.Embeddings;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Benchmarks.Embeddings;

/// <summary>
/// Speed of an embedding model beside the prefill of a generative one, in turn in one process: <c>embeddings MODEL GENERATIVE [THREADS]</c>.
/// Multiply-adds are those with weights; attention is not counted.
/// </summary>
internal static class EmbeddingBench
{
    private const int Texts = 64, TextTokens = 128, PrefillTokens = 512, Runs = 3;

    /// <summary>Runs it; 2 when the arguments are wrong.</summary>
    public static int Run(string[] args)
    {
        if (args is not ([_, _] or [_, _, _]))
        {
            Console.Error.WriteLine("usage: embeddings MODEL GENERATIVE [THREADS]");
            return 2;
        }

        var backend = new BackendOptions { Threads = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : null };
        using EmbeddingModel encoder = EmbeddingModel.Load(args[0], new EmbeddingOptions { Backend = backend });
        using LanguageModel model = LanguageModel.Load(args[1], new ModelOptions { Backend = backend, Window = 2 * PrefillTokens });
        Console.WriteLine($"{encoder.Config.Name} and {model.Config.Name}, {model.Backend.Name}; {Texts} texts of {TextTokens} tokens, prefill of {PrefillTokens}");
        Embed(encoder);
        Prefill(model);
        for (int run = 1; run <= Runs; run++)
        {
            double embedding = Embed(encoder);
            (double prefill, long work) = Prefill(model);
            double encoderRate = Texts * TextTokens * (double)encoder.Config.MatMulsPerToken / embedding / 1e9;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"run {run}: {Texts / embedding:F0} texts/s, {Texts * TextTokens / embedding:F0} tokens/s, {encoderRate:F0} GMAC/s; prefill {PrefillTokens / prefill:F0} tokens/s, {work / prefill / 1e9:F0} GMAC/s"));
        }

        return 0;
    }

    private static double Embed(EmbeddingModel model)
    {
        int[][] texts = [.. Enumerable.Range(0, Texts).Select(t => Ids(model.Config.VocabularySize, TextTokens, t))];
        long start = Stopwatch.GetTimestamp();
        model.EmbedIds(texts);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static (double Seconds, long Work) Prefill(LanguageModel model)
    {
        using KvSequence sequence = model.Cache.Create();
        var batch = new StepBatch();
        batch.Sample(batch.Add(sequence, Ids(model.Config.VocabularySize, PrefillTokens, 0)) + PrefillTokens - 1, new SamplingRow());
        long before = model.Backend.Counters.MultiplyAdds, start = Stopwatch.GetTimestamp();
        model.Run(batch);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (seconds, model.Backend.Counters.MultiplyAdds - before);
    }

    private static int[] Ids(int vocabulary, int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(vocabulary))];
    }
}
