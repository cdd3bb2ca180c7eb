using System.Diagnostics;
using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;

namespace Agentic.Benchmarks.Hosting;

/// <summary>A block of replies through the host. Only the steps count in which every reply has its row: from the first token of the last to begin to the last of the first to end.</summary>
/// <param name="Steps">Seconds from token to token, as the readers see them.</param>
/// <param name="Outside">Seconds that the engine did not compute logits.</param>
/// <param name="Drawing">Of these, drawing tokens.</param>
/// <param name="Elapsed">All seconds.</param>
internal sealed record HostedBlock(IReadOnlyList<double> Steps, double Outside, double Drawing, double Elapsed)
{
    /// <summary>Runs a block.</summary>
    public static async Task<HostedBlock> RunAsync(ModelHost host, IReadOnlyList<int[]> prompts, SamplingRow sampling, int tokens)
    {
        List<Moment>[] replies = await Task.WhenAll(prompts.Select(prompt => Task.Run(() => ReplyAsync(host, prompt, sampling, tokens)))).ConfigureAwait(false);
        Moment begin = replies.Select(r => r[0]).MaxBy(m => m.Time), end = replies.Select(r => r[^1]).MinBy(m => m.Time);
        double[] steps = [.. replies.Select(r => r.Where(m => m.Time >= begin.Time && m.Time <= end.Time).ToList())
            .SelectMany(r => r.Skip(1).Zip(r, (after, before) => Stopwatch.GetElapsedTime(before.Time, after.Time).TotalSeconds))];
        double elapsed = Stopwatch.GetElapsedTime(begin.Time, end.Time).TotalSeconds, drawing = (end.Drawing - begin.Drawing).TotalSeconds;
        return new(steps, elapsed - (end.Computing - begin.Computing).TotalSeconds + drawing, drawing, elapsed);
    }

    private static async Task<List<Moment>> ReplyAsync(ModelHost host, int[] prompt, SamplingRow sampling, int tokens)
    {
        var moments = new List<Moment>(tokens);
        var request = new GenerationRequest { Prompt = prompt, MaxTokens = tokens, IgnoreEndTokens = true, Sampling = sampling };
        await foreach (GenerationUpdate update in host.GenerateAsync(request).ConfigureAwait(false))
        {
            if (update.Token is not null) moments.Add(new(Stopwatch.GetTimestamp(), host.Model.Timings.Computing, host.Model.Timings.Sampling));
        }

        return moments;
    }

    /// <summary>A token in its reader's hands, and what the engine had spent by then.</summary>
    private readonly record struct Moment(long Time, TimeSpan Computing, TimeSpan Drawing);
}
