using System.Globalization;
using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Benchmarks.RandomModels;

/// <summary><c>make-model --like FILE --type TYPE --out FILE [--width N] [--seed N]</c>: a GGUF file of the shape of another with random weights, for timings.</summary>
internal static class MakeModel
{
    private const string Usage = "usage: make-model --like FILE.gguf --type Q4_0|Q4_1|Q5_0|Q5_1|Q8_0|Q4_K|Q5_K|Q6_K --out FILE.gguf [--width N] [--seed N]";

    /// <summary>Writes the file, says what is in it, and computes a step with it: the logits must be finite.</summary>
    /// <returns>0, 1 when the logits are not finite, 2 when the arguments are wrong.</returns>
    public static int Run(string[] args)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i + 1 < args.Length; i += 2) options[args[i]] = args[i + 1];
        if (args.Length % 2 != 0 || !options.TryGetValue("--like", out string? like) || !options.TryGetValue("--out", out string? path)
            || !Enum.TryParse(options.GetValueOrDefault("--type"), out GgmlType type) || !RandomBlocks.CanWrite(type))
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        int? width = options.TryGetValue("--width", out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : null;
        int seed = int.Parse(options.GetValueOrDefault("--seed", "1"), CultureInfo.InvariantCulture);
        using (GgufFile source = GgufFile.Open(like))
        {
            RandomModel model = RandomModel.Like(source, type, width);
            model.Write(path, seed);
            foreach (IGrouping<GgmlType, RandomTensor> group in model.Tensors.GroupBy(t => t.Type))
                Console.WriteLine($"{group.Key,-5} {group.Count(),4} tensors {group.Sum(t => t.Bytes),12:N0} bytes");
        }

        return LogitsAreFinite(path) ? 0 : 1;
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
