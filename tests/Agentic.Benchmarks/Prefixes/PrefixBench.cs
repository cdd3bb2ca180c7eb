using System.Diagnostics;
using System.Globalization;
using Agentic.Inference.Hosting;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Microsoft.Extensions.AI;

namespace Agentic.Benchmarks.Prefixes;

/// <summary>
/// Time to first token of questions on one document of made-up tokens: the first, a second in the running host, and the first of a process
/// that loads the stored document. <c>prefix save MODEL FILE [TOKENS] [f16|q8_0|f32]</c>, then <c>prefix load MODEL FILE [TOKENS] [TYPE]</c> in a new process.
/// </summary>
internal static class PrefixBench
{
    private const int QuestionTokens = 32;

    /// <summary>Runs it; 2 when the arguments are wrong.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not (["save" or "load", _, _, ..]))
        {
            Console.Error.WriteLine("usage: prefix save|load MODEL FILE [TOKENS] [f16|q8_0|f32]");
            return 2;
        }

        int tokens = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 8000;
        KvType type = args.Length > 4 ? args[4] switch { "q8_0" => KvType.Q8_0, "f32" => KvType.Float32, _ => KvType.Float16 } : KvType.Float16;
        long start = Stopwatch.GetTimestamp();
        using var client = LocalChatClient.Load(args[1], new ModelOptions { KvType = type });
        IPrefixStore store = client.GetService<IPrefixStore>()!;
        Say("model loaded", start);
        if (args[0] == "load")
        {
            start = Stopwatch.GetTimestamp();
            using IPinnedPrefix pinned = await store.LoadAsync(args[2]).ConfigureAwait(false);
            Say($"prefix of {pinned.Tokens.Count} tokens loaded", start);
            await AskAsync(client.Host, tokens, 3, "first token of a question, the prefix just loaded").ConfigureAwait(false);
            await AskAsync(client.Host, tokens, 4, "first token of another question").ConfigureAwait(false);
            return 0;
        }

        await AskAsync(client.Host, 64, 9, "(warm-up)").ConfigureAwait(false);
        double first = await AskAsync(client.Host, tokens, 1, "first token of the first question").ConfigureAwait(false);
        double second = await AskAsync(client.Host, tokens, 2, "first token of the second question").ConfigureAwait(false);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{100 * second / first:F2} % of the first"));
        start = Stopwatch.GetTimestamp();
        StoredPrefix stored = await store.SaveAsync(Ids(client.Host, tokens, 0), args[2]).ConfigureAwait(false);
        Say($"saved {stored.Tokens.Count} tokens, {stored.Bytes / 1e6:F0} MB", start);
        return 0;
    }

    private static async Task<double> AskAsync(ModelHost host, int tokens, int question, string what)
    {
        var request = new GenerationRequest { Prompt = [.. Ids(host, tokens, 0), .. Ids(host, QuestionTokens, question)], MaxTokens = 1, IgnoreEndTokens = true };
        long start = Stopwatch.GetTimestamp();
        await foreach (GenerationUpdate update in host.GenerateAsync(request).ConfigureAwait(false))
        {
            if (update.Token is not null)
            {
                break;
            }
        }

        return Say(what, start);
    }

    private static int[] Ids(ModelHost host, int count, int variant)
    {
        var random = new Random(variant);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(host.Model.Config.VocabularySize))];
    }

    private static double Say(string what, long start)
    {
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds,8:F3} s  {what}"));
        return seconds;
    }
}
