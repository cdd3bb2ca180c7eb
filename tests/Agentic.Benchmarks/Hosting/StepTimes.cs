using System.Diagnostics;
using System.Globalization;
using Agentic.Benchmarks.Support;
using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;
using Agentic.Inference.Models;

namespace Agentic.Benchmarks.Hosting;

/// <summary>How long steps take while prompts are read beside running replies, from the first step of a fresh process on.</summary>
internal static class StepTimes
{
    /// <summary><c>steps --model FILE [--prompts N] [--length TOKENS] [--replies N] [--threads N]</c>.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (Arguments.Read(args, "--model", "--prompts", "--length", "--replies", "--threads") is not { } options || options.Text("--model") is not { } path)
        {
            Console.Error.WriteLine("usage: steps --model FILE.gguf [--prompts N] [--length TOKENS] [--replies N] [--threads N]");
            return 2;
        }

        int prompts = options.Number("--prompts") ?? 8, length = options.Number("--length") ?? 2000, replies = options.Number("--replies") ?? 4;
        var steps = new List<Step>();
        var model = new ModelOptions { Backend = new BackendOptions { Threads = options.Number("--threads") } };
        using ModelHost host = ModelHost.Load(path, model, new HostOptions(), loaded => plan =>
        {
            (long start, TimeSpan user, TimeSpan kernel, long faults) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.UserTime, Environment.CpuUsage.PrivilegedTime, Faults());
            loaded.Run(plan.Batch);
            steps.Add(new Step(Stopwatch.GetElapsedTime(start).TotalMilliseconds, plan.Batch.Rows, plan.Batch.Rows - plan.PromptRows)
            {
                UserMilliseconds = (Environment.CpuUsage.UserTime - user).TotalMilliseconds,
                KernelMilliseconds = (Environment.CpuUsage.PrivilegedTime - kernel).TotalMilliseconds,
                Faults = Faults() - faults,
            });
        });
        using var stop = new CancellationTokenSource();
        Task[] running = [.. Enumerable.Range(0, replies).Select(i => Reply(host, Ids(host, 64, i), 100_000, stop.Token))];
        for (int i = 0; i < prompts; i++)
        {
            await Reply(host, Ids(host, length, 100 + i), 1, CancellationToken.None).ConfigureAwait(false);
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        Print(steps);
        return 0;
    }

    private static void Print(List<Step> steps)
    {
        Console.WriteLine("| step | rows | of them replies | ms | processor: user | kernel | page faults |\n|--:|--:|--:|--:|--:|--:|--:|");
        for (int i = 0; i < steps.Count; i++)
        {
            if (i < 12 || (steps[i].Milliseconds > 200 && steps[i].Replies > 0))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {i} | {steps[i].Rows} | {steps[i].Replies} | {steps[i].Milliseconds:0.0} | {steps[i].UserMilliseconds:0} | {steps[i].KernelMilliseconds:0} | {steps[i].Faults} |"));
            }
        }

        double[] mixed = [.. steps.Where(step => step.Replies > 0 && step.Rows > step.Replies).Select(step => step.Milliseconds).Order()];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{mixed.Length} steps with prompts and replies: median {Statistics.Median(mixed):0.0}, 95 % below {mixed[(int)(0.95 * (mixed.Length - 1))]:0.0}, longest {mixed[^1]:0.0} ms; {mixed.Count(ms => ms > 200)} over 200 ms"));
    }

    private static async Task Reply(ModelHost host, int[] prompt, int tokens, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GenerationRequest { Prompt = prompt, MaxTokens = Math.Min(tokens, host.Model.Window - prompt.Length), IgnoreEndTokens = true };
            await foreach (GenerationUpdate _ in host.GenerateAsync(request, cancellationToken).ConfigureAwait(false))
            {
                // Only the time counts.
            }
        }
        catch (OperationCanceledException)
        {
            // The prompts are read.
        }
    }

    /// <summary>Pages of memory that the process touched first, so far; 0 where it is not known.</summary>
    private static long Faults()
    {
        const int MinorFaults = 7; // fields behind the name, which is in brackets: proc(5)
        return OperatingSystem.IsLinux()
            ? long.Parse(File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ')[MinorFaults], CultureInfo.InvariantCulture)
            : 0;
    }

    private static int[] Ids(ModelHost host, int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(100, host.Model.Config.VocabularySize))];
    }

    private sealed record Step(double Milliseconds, int Rows, int Replies)
    {
        public double UserMilliseconds { get; init; }

        public double KernelMilliseconds { get; init; }

        public long Faults { get; init; }
    }
}
