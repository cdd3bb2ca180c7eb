using System.Globalization;
using Agentic.Benchmarks.Support;
using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Benchmarks.RandomModels;

/// <summary><c>make-model</c>: a GGUF file of the shape of another with random weights, for timings.</summary>
internal static class MakeModel
{
    private const string Usage = "usage: make-model --like FILE.gguf --type Q4_0|Q4_1|Q5_0|Q5_1|Q8_0|Q4_K|Q5_K|Q6_K --out FILE.gguf [--width N] [--architecture llama|qwen2|qwen3|qwen3moe] [--experts COUNT,USED,WIDTH] [--seed N]";

    /// <summary>Writes the file, says what is in it, and computes a step with it: the logits must be finite.</summary>
    /// <returns>0, 1 when the logits are not finite, 2 when the arguments are wrong.</returns>
    public static int Run(string[] args)
    {
        if (Arguments.Read(args, "--like", "--type", "--out", "--width", "--architecture", "--experts", "--seed") is not { } options
            || options.Text("--like") is not { } like || options.Text("--out") is not { } path
            || !Enum.TryParse(options.Text("--type"), out GgmlType type) || !RandomBlocks.CanWrite(type)
            || options.Text("--architecture") is { } architecture && !RandomShape.Architectures.Contains(architecture)
            || options.Text("--experts") is { } list && options.Numbers("--experts").Length != 3)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        int[] experts = options.Numbers("--experts");
        var shape = new RandomShape(options.Number("--width"), options.Text("--architecture"), experts is [var count, var used, var width] ? new(count, used, width) : null);
        foreach (string line in Write(like, type, shape, path, options.Number("--seed") ?? 1)) Console.WriteLine(line);
        return LogitsAreFinite(path) ? 0 : 1;
    }

    /// <summary>Writes a file.</summary>
    /// <returns>What is in it, a line a type.</returns>
    public static IReadOnlyList<string> Write(string like, GgmlType type, RandomShape shape, string path, int seed = 1)
    {
        using GgufFile source = GgufFile.Open(like);
        RandomModel model = RandomModel.Like(source, type, shape);
        model.Write(path, seed);
        return [.. model.Tensors.GroupBy(t => t.Type).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key,-5} {group.Count(),4} tensors {group.Sum(t => t.Bytes),12:N0} bytes"))];
    }

    private static bool LogitsAreFinite(string path)
    {
        using LanguageModel model = LanguageModel.Load(path, new ModelOptions { KvMemoryBytes = 64 << 20 });
        using KvSequence sequence = model.Cache.Create();
        var batch = new StepBatch();
        int row = batch.Add(sequence, [1, 2, 3, 4]);
        int slot = batch.Sample(row + 3, new SamplingRow());
        model.Run(batch);
        float logProbability = batch.Token(slot).LogProb;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"likeliest token {batch.Token(slot).Token}, log-probability {logProbability:0.00}"));
        return float.IsFinite(logProbability);
    }
}
