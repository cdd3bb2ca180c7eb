using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Agentic.Cli.Frame;

namespace Agentic.Cli.Benchmarking;

/// <summary>Another engine's benchmark: a command line that prints one JSON object with the same names of figures.</summary>
internal sealed class Rival(string commandLine)
{
    /// <summary>Runs it with the plan's numbers appended: once, and again for a map stage, for which engines lay out their caches otherwise.</summary>
    /// <exception cref="UsageException">It could not be run or printed no figures.</exception>
    public async Task<BenchFigures> MeasureAsync(BenchPlan plan, int threads, CancellationToken cancellationToken)
    {
        BenchFigures figures = await RunAsync(plan with { Map = null }, threads, cancellationToken).ConfigureAwait(false);
        return plan.Map is null ? figures : figures with { Map = await MapAsync(plan, threads, cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>Runs it for the plan's map stage, with as little as it can do beside it.</summary>
    /// <returns>Null when it did not measure one.</returns>
    /// <exception cref="UsageException">It could not be run or printed no figures.</exception>
    public async Task<MapFigures?> MapAsync(BenchPlan plan, int threads, CancellationToken cancellationToken) =>
        (await RunAsync(plan with { Prefill = 16, Decode = 1, At = 16, Batches = [1] }, threads, cancellationToken).ConfigureAwait(false)).Map;

    private async Task<BenchFigures> RunAsync(BenchPlan plan, int threads, CancellationToken cancellationToken)
    {
        string arguments = string.Create(CultureInfo.InvariantCulture, $" --prefill {plan.Prefill} --decode {plan.Decode} --at {plan.At} --threads {threads}");
        if (plan.Batches.Count > 1)
        {
            arguments += $" --batch {string.Join(',', plan.Batches)}";
        }

        if (plan.Map is MapStage map)
        {
            arguments += string.Create(CultureInfo.InvariantCulture, $" --map {map.Calls},{map.Shared},{map.Chunk},{map.New}");
        }

        ProcessStartInfo start = OperatingSystem.IsWindows() ? new("cmd", ["/c", commandLine + arguments]) : new("/bin/sh", ["-c", "exec " + commandLine + arguments]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start) ?? throw new UsageException("The rival could not be started.");
        using CancellationTokenRegistration kill = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string output = await process.StandardOutput.ReadToEndAsync(CancellationToken.None).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? Parse(output)
            : throw new UsageException($"The rival ended with exit code {process.ExitCode}: {Last(await error.ConfigureAwait(false))}", "Run its command line by itself first.");
    }

    private static BenchFigures Parse(string output)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(Last(output));
            return BenchFigures.Parse(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new UsageException($"The rival's output is not the JSON object that was expected: {e.Message}", "It must print {\"prefillTokensPerSecond\":…,\"decodeTokensPerSecond\":…}.");
        }
    }

    private static string Last(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
}
