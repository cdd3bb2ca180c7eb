using System.Diagnostics;
using System.Globalization;
using Agentic.Inference.Constraints;
using Agentic.Inference.Hosting;
using Agentic.Inference.Tokenization;

namespace Agentic.Benchmarks.Masks;

/// <summary>
/// What a constraint costs: <c>masks MODEL [MODEL_TOKENS]</c>. Per grammar the time of mask and step for every token of replies that the model
/// wrote under it: the first reply of a fresh constraint, then other replies of the same one. Then free against constrained decoding.
/// </summary>
internal static class MaskBench
{
    private const int Replies = 4;

    /// <summary>Runs it; 2 when the arguments are wrong.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not ([_] or [_, _]))
        {
            Console.Error.WriteLine("usage: masks MODEL [TOKENS]");
            return 2;
        }

        int tokens = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 192;
        using var client = LocalChatClient.Load(args[0]);
        Tokenizer tokenizer = client.Host.Tokenizer;
        long start = Stopwatch.GetTimestamp();
        TokenConstraint.Compile(Choice.Of(["x"]), tokenizer);
        Say($"{Stopwatch.GetElapsedTime(start).TotalMilliseconds:F1} ms to put {tokenizer.VocabularySize} tokens in order, once a process (compiling code included)");
        var texts = new List<List<int[]>>();
        foreach (MaskCase one in MaskCases.All)
        {
            Console.Error.WriteLine($"writing replies: {one.Name}");
            texts.Add(await WriteAsync(client.Host, one, tokens).ConfigureAwait(false));
        }

        Say($"\n{"µs a token",-20} {"tokens",6} {"compile",9} | {"first: median",13} {"p99",7} {"max",7} | {"later: median",13} {"p99",7} {"max",7} | {"again: median",13} {"max",7} | {"memory",8}");
        var first = new List<double>();
        var later = new List<double>();
        for (int i = 0; i < texts.Count; i++)
        {
            Measure(MaskCases.All[i], texts[i], tokenizer, first, later);
        }

        first.Sort();
        later.Sort();
        Say($"{"all",-20} {first.Count,6} {"",9} | {first[first.Count / 2],13:F1} {first[(int)(first.Count * 0.99)],7:F0} {first[^1],7:F0} | {later[later.Count / 2],13:F1} {later[(int)(later.Count * 0.99)],7:F0} {later[^1],7:F0} |");
        await DecodeRatio.RunAsync(client.Host, tokens).ConfigureAwait(false);
        return 0;
    }

    /// <summary>Replies drawn by the model; what the constraint finds out is thrown away, its code is compiled by then.</summary>
    private static async Task<List<int[]>> WriteAsync(ModelHost host, MaskCase one, int tokens)
    {
        TokenConstraint constraint = TokenConstraint.Compile(one.Grammar(), host.Tokenizer);
        var replies = new List<int[]>();
        for (int i = 0; i < Replies; i++)
        {
            var ids = new List<int>();
            var request = new GenerationRequest
            {
                Prompt = host.Tokenizer.Encode(one.Prompt),
                MaxTokens = tokens,
                Constraint = constraint,
                Sampling = new() { Temperature = 1, TopP = 0.95f, Seed = (ulong)i },
            };
            await foreach (GenerationUpdate update in host.GenerateAsync(request).ConfigureAwait(false))
            {
                if (update.Token is { } token)
                {
                    ids.Add(token.Token);
                }
            }

            replies.Add([.. ids]);
        }

        return replies;
    }

    private static void Measure(MaskCase one, List<int[]> replies, Tokenizer tokenizer, List<double> allFirst, List<double> allLater)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        TokenConstraint constraint = TokenConstraint.Compile(one.Grammar(), tokenizer);
        double compile = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        double[] first = Replay(constraint, replies[..1]), later = Replay(constraint, replies[1..]), again = Replay(constraint, replies);
        long memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(constraint);
        allFirst.AddRange(first);
        allLater.AddRange(later);
        Say($"{one.Name,-20} {first.Length + later.Length,6} {compile,6:F1} ms | {first[first.Length / 2],13:F1} {At99(first),7:F0} {first[^1],7:F0} | {later[later.Length / 2],13:F1} {At99(later),7:F0} {later[^1],7:F0} | {again[again.Length / 2],13:F2} {again[^1],7:F0} | {memory / 1e6,5:F1} MB");
    }

    /// <summary>Microseconds of mask and step for each token, ascending.</summary>
    private static double[] Replay(TokenConstraint constraint, List<int[]> replies)
    {
        var times = new List<double>();
        foreach (int[] reply in replies)
        {
            ConstraintState state = constraint.Start();
            foreach (int token in reply)
            {
                long start = Stopwatch.GetTimestamp();
                uint[] allowed = state.AllowedBits;
                state.Accept(token);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
                GC.KeepAlive(allowed);
            }
        }

        times.Sort();
        return [.. times];
    }

    private static double At99(double[] sorted) => sorted[(int)(sorted.Length * 0.99)];

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
