using System.Diagnostics;
using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;

namespace Agentic.Benchmarks.Hosting;

/// <summary>A block of replies through the host. Only the steps count in which every reply has its row: from the first token of the last to begin to the last of the first to end.</summary>
/// <param name="Step">Seconds of a step. A mean: readers are told of tokens in the ticks of the scheduler where all processors compute.</param>
/// <param name="Outside">Share of the time in which the engine did not compute logits.</param>
/// <param name="Drawing">Of it, drawing tokens.</param>
internal sealed record HostedBlock(double Step, double Outside, double Drawing)
{
    /// <summary>Runs a block.</summary>
    public static async Task<HostedBlock> RunAsync(ModelHost host, IReadOnlyList<int[]> prompts, SamplingRow sampling, int tokens)
    {
        List<Moment>[] replies = await Task.WhenAll(prompts.Select(prompt => Task.Run(() => ReplyAsync(host, prompt, sampling, tokens)))).ConfigureAwait(false);
        Moment begin = replies.Select(r => r[0]).MaxBy(m => m.Time), end = replies.Select(r => r[^1]).MinBy(m => m.Time);
        double elapsed = Stopwatch.GetElapsedTime(begin.Time, end.Time).TotalSeconds, drawing = (end.Drawing - begin.Drawing).TotalSeconds;
        double steps = replies.Sum(r => r.Count(m => m.Time > begin.Time && m.Time <= end.Time)) / (double)replies.Length;
        return new(elapsed / steps, 1 - ((end.Computing - begin.Computing).TotalSeconds - drawing) / elapsed, drawing / elapsed);
    }

    private static async Task<List<Moment>> ReplyAsync(ModelHost host, int[] prompt, SamplingRow sampling, int tokens)
    {
        var moments = new List<Moment>(tokens);
        var request = new GenerationRequest { Prompt = prompt, MaxTokens = tokens, IgnoreEndTokens = true, Drafting = false, Sampling = sampling };
        await foreach (GenerationUpdate update in host.GenerateAsync(request).ConfigureAwait(false))
        {
            if (update.Token is not null) moments.Add(new(Stopwatch.GetTimestamp(), host.Model.Timings.Computing, host.Model.Timings.Sampling));
        }

        return moments;
    }

    /// <summary>A token in its reader's hands, and what the engine had spent by then.</summary>
    private readonly record struct Moment(long Time, TimeSpan Computing, TimeSpan Drawing);
}
