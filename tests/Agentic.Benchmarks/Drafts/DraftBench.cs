using System.Diagnostics;
using System.Globalization;
using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;
using Agentic.Inference.Models;
using Microsoft.Extensions.AI;

namespace Agentic.Benchmarks.Drafts;

/// <summary>
/// What drafting brings: tokens a second of replies after their first token, with and without, in turn in one process, for replies that copy and for
/// replies that do not. Stops when a reply differs. <c>drafts MODEL [THREADS] [ROUNDS] [CALLS AT ONCE]</c>.
/// </summary>
internal static class DraftBench
{
    /// <summary>Runs it; 2 when the arguments are wrong, 1 when a drafted reply differs.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length is < 1 or > 4)
        {
            Console.Error.WriteLine("usage: drafts MODEL [THREADS] [ROUNDS] [CALLS AT ONCE]");
            return 2;
        }

        int threads = Number(args, 1, 2);
        int rounds = Number(args, 2, 3);
        int together = Number(args, 3, 1);
        var model = new ModelOptions { Backend = new BackendOptions { Threads = threads } };
        using var plain = LocalChatClient.Load(args[0], model, new HostOptions { Drafting = false });
        using var drafting = LocalChatClient.Load(args[0], model);
        RowCosts.Print(plain.Host.Model);
        Console.WriteLine($"{threads} threads, {together} at once; tokens a second after the first token, plain and drafted in turn, best of {rounds} (all)");
        foreach (Workload workload in Workload.All)
        {
            if (!await MeasureAsync(plain, drafting, workload, rounds, together).ConfigureAwait(false))
            {
                return 1;
            }
        }

        return 0;
    }

    private static async Task<bool> MeasureAsync(IChatClient plain, IChatClient drafting, Workload workload, int rounds, int together)
    {
        List<double> without = [];
        List<double> with = [];
        Run drafted = default!;
        for (int round = 0; round <= rounds; round++)
        {
            Run expected = await RunAsync(plain, workload, together).ConfigureAwait(false);
            drafted = await RunAsync(drafting, workload, together).ConfigureAwait(false);
            if (!expected.Texts.SequenceEqual(drafted.Texts))
            {
                Console.Error.WriteLine($"{workload.Name}: a drafted reply differs from the plain one.");
                return false;
            }

            if (round > 0)
            {
                without.Add(expected.Speed);
                with.Add(drafted.Speed);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{workload.Name,-28} {(workload.CopyHeavy ? "copies" : ""),-7} {without.Max(),7:F1} {with.Max(),7:F1} = {with.Max() / without.Max():F2}  ({string.Join(' ', without.Zip(with, (a, b) => (b / a).ToString("F2", CultureInfo.InvariantCulture)))})  {drafted.Tokens} tokens, {drafted.Accepted} of {drafted.Drafted} drafted accepted"));
        return true;
    }

    private static async Task<Run> RunAsync(IChatClient client, Workload workload, int together)
    {
        var run = new Run();
        foreach (string[] prompts in workload.Prompts.Chunk(together))
        {
            Reply[] replies = await Task.WhenAll(prompts.Select(prompt => AskAsync(client, prompt, workload.Options))).ConfigureAwait(false);
            run.Seconds += Stopwatch.GetElapsedTime(replies.Max(reply => reply.First), replies.Max(reply => reply.End)).TotalSeconds;
            foreach (Reply reply in replies)
            {
                run.Tokens += reply.Tokens;
                run.Drafted += reply.Drafted;
                run.Accepted += reply.Accepted;
                run.Texts.Add(reply.Text);
            }
        }

        return run;
    }

    private static async Task<Reply> AskAsync(IChatClient client, string prompt, ChatOptions options)
    {
        var updates = new List<ChatResponseUpdate>();
        long first = 0;
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, prompt)], options).ConfigureAwait(false))
        {
            first = first == 0 && update.Text.Length > 0 ? Stopwatch.GetTimestamp() : first;
            updates.Add(update);
        }

        long end = Stopwatch.GetTimestamp();
        ChatResponse response = updates.ToChatResponse();
        UsageDetails usage = response.Usage!;
        return new Reply(response.Text, usage.OutputTokenCount!.Value, Count(usage, UsageKeys.DraftedTokens), Count(usage, UsageKeys.AcceptedTokens), first, end);
    }

    private static long Count(UsageDetails usage, string key) => usage.AdditionalCounts?.TryGetValue(key, out long count) == true ? count : 0;

    private static int Number(string[] args, int at, int other) => args.Length > at ? int.Parse(args[at], CultureInfo.InvariantCulture) : other;

    private sealed record Reply(string Text, long Tokens, long Drafted, long Accepted, long First, long End);

    private sealed class Run
    {
        public List<string> Texts { get; } = [];

        public double Seconds { get; set; }

        public long Tokens { get; set; }

        public long Drafted { get; set; }

        public long Accepted { get; set; }

        public double Speed => Tokens / Seconds;
    }
}
