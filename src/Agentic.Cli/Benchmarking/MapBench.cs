using System.Diagnostics;
using Agentic.Inference.Hosting;
using Agentic.Inference.Models;

namespace Agentic.Cli.Benchmarking;

/// <summary>
/// Times a map stage as a program would run it: all calls are given to a <see cref="ModelHost"/> at once, as whole prompts, and it finds out by
/// itself what they share. Replies are not drafted: made-up prompts have replies that repeat themselves, which would flatter.
/// </summary>
internal sealed class MapBench(ModelHost host, CancellationToken cancellationToken)
{
    private int _measured;

    /// <summary>One measurement; no prompt of an earlier one is met again.</summary>
    public async Task<MapFigures> MeasureAsync(MapStage map)
    {
        _measured++;
        ModelTimings timings = host.Model.Timings;
        TimeSpan computing = timings.Computing, sampling = timings.Sampling;
        long start = Stopwatch.GetTimestamp();
        int[] cached = await Task.WhenAll(Enumerable.Range(0, map.Calls).Select(call => Task.Run(() => CallAsync(map, call), cancellationToken))).ConfigureAwait(false);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        TimeSpan outside = elapsed - (timings.Computing - computing) + (timings.Sampling - sampling);
        return new MapFigures(elapsed.TotalSeconds, outside / elapsed, cached.Sum());
    }

    /// <summary>Runs one call to its end.</summary>
    /// <returns>Tokens of its prompt that were found in the cache.</returns>
    private async Task<int> CallAsync(MapStage map, int call)
    {
        int[] prompt = [.. Enumerable.Range(0, map.Shared).Select(i => Token(i, 0)), .. Enumerable.Range(map.Shared, map.Chunk).Select(i => Token(i, call + 1))];
        var request = new GenerationRequest { Prompt = prompt, MaxTokens = map.New, IgnoreEndTokens = true, Drafting = false };
        int cached = 0;
        await foreach (GenerationUpdate update in host.GenerateAsync(request, cancellationToken).ConfigureAwait(false))
        {
            cached = update.End?.CachedTokens ?? cached;
        }

        return cached;
    }

    private int Token(int position, int variant) =>
        (int)((uint)(position * 7919 + variant * 131 + _measured * 17) % (uint)host.Model.Config.VocabularySize);
}

/// <summary>A measured map stage.</summary>
/// <param name="Seconds">From the first call given to the last reply complete.</param>
/// <param name="Overhead">Share of this time that was not spent computing logits: scheduling, drawing tokens, text, channels, callers.</param>
/// <param name="CachedTokens">Prompt tokens of all calls that were not computed again.</param>
internal sealed record MapFigures(double Seconds, double? Overhead = null, int? CachedTokens = null);
