using System.Diagnostics;
using Agentic.Benchmarks.RandomModels;
using Agentic.Cli.Benchmarking;
using Agentic.Inference.Backends;
using Agentic.Inference.Hosting;
using Agentic.Inference.Models;

namespace Agentic.Benchmarks.Tables;

/// <summary>Measures the table's files, each in turn with the rival on the same file.</summary>
internal sealed class TableRun(string model, string rival, int threads, int runs)
{
    /// <summary>Every figure of a row, once.</summary>
    public static readonly BenchPlan Plan = new(512, 128, 512, [1, 8], null, 1);

    /// <summary>A map stage: sixteen readers of a document at once.</summary>
    public static readonly MapStage Stage = new(16, 500, 1500, 64);

    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Time since the run began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>The rival's command line for a file; <c>{model}</c> in what the caller gave is replaced by its path, which else comes behind.</summary>
    public static string RivalOn(string rival, string file) => (rival.Contains("{model}", StringComparison.Ordinal) ? rival.Replace("{model}", file, StringComparison.Ordinal) : $"{rival} {file}") + " --runs 1";

    /// <summary>Measures a file; a random one is written first and deleted afterwards.</summary>
    public async Task<TableRow> MeasureAsync(TableSubject subject)
    {
        string path = subject.Type is null ? model : Path.Combine(Path.GetTempPath(), $"agentic-table-{Environment.ProcessId}.gguf");
        try
        {
            if (subject.Type is { } type) MakeModel.Write(model, type, subject.Shape!, path);
            using LanguageModel loaded = LanguageModel.Load(path, new ModelOptions { Backend = new BackendOptions { Threads = threads } });
            var bench = new EngineBench(loaded, CancellationToken.None);
            bench.Measure(Plan with { Prefill = 64, At = 64, Decode = 16 }); // code compiled, pages touched, threads awake
            List<BenchFigures> ours = [], theirs = [];
            for (int run = 1; run <= runs; run++)
            {
                Say($"{subject.Name}, repetition {run} of {runs}");
                ours.Add(bench.Measure(Plan));
                theirs.Add(await new Rival(RivalOn(rival, path)).MeasureAsync(Plan, threads, CancellationToken.None).ConfigureAwait(false));
            }

            return new TableRow(subject, ours, theirs);
        }
        finally
        {
            if (subject.Type is not null) File.Delete(path);
        }
    }

    /// <summary>The map stage on the model itself: ours through the host, repeated; the rival's, which takes minutes, once between.</summary>
    public async Task<(IReadOnlyList<MapFigures> Ours, MapFigures? Rival)> MapAsync()
    {
        var options = new ModelOptions { Backend = new BackendOptions { Threads = threads } };
        using ModelHost host = ModelHost.Load(model, options, new HostOptions { MaxConcurrent = Stage.Calls });
        var bench = new MapBench(host, CancellationToken.None);
        await bench.MeasureAsync(Stage with { Chunk = 100, New = 4 }).ConfigureAwait(false); // code compiled, pages touched
        Say("map stage");
        List<MapFigures> ours = [await bench.MeasureAsync(Stage).ConfigureAwait(false)];
        MapFigures? theirs = await new Rival(RivalOn(rival, model)).MapAsync(Plan with { Map = Stage }, threads, CancellationToken.None).ConfigureAwait(false);
        while (ours.Count < runs) ours.Add(await bench.MeasureAsync(Stage).ConfigureAwait(false));
        return (ours, theirs);
    }

    /// <summary>Says on the error stream how far the run is.</summary>
    public void Say(string what) => Console.Error.WriteLine($"{Elapsed:mm\\:ss} {what}");
}
