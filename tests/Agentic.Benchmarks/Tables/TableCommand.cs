using System.Globalization;
using Agentic.Benchmarks.Hosting;
using Agentic.Benchmarks.Support;
using Agentic.Inference.Backends.Cpu.Limits;

namespace Agentic.Benchmarks.Tables;

/// <summary><c>table</c>: the whole of docs/performance.md that is figures, in one unattended run.</summary>
internal static class TableCommand
{
    private const string Usage = """
        usage: table --model FILE.gguf --rival "COMMAND" [--out FILE.md] [--threads N] [--runs N] [--only NAME]
        COMMAND runs another engine's benchmark (as in `agentic model bench`); the model's path takes the place of {model} or comes behind, options follow.
        FILE.md that has the lines <!-- table --> and <!-- /table --> is changed between them only.
        """;

    private const string Begin = "<!-- table -->", End = "<!-- /table -->";

    /// <summary>Measures and writes.</summary>
    /// <returns>0, or 2 when the arguments are wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (Arguments.Read(args, "--model", "--rival", "--out", "--threads", "--runs", "--only") is not { } options
            || options.Text("--model") is not { } model || options.Text("--rival") is not { } rival)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        int threads = options.Number("--threads") ?? Environment.ProcessorCount, runs = options.Number("--runs") ?? 3;
        TableSubject[] subjects = [.. TableSubject.All.Where(s => options.Text("--only") is not { } only || s.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
        if (subjects.Length == 0) throw new ConfigurationException($"--only {options.Text("--only")} names none of: {string.Join("; ", TableSubject.All.Select(s => s.Name))}.");

        string? load = BuildIds.Load;
        var run = new TableRun(model, rival, threads, runs);
        run.Say("limits of the machine");
        MachineLimits limits = MachineLimits.Measure(threads);
        var rows = new List<TableRow>();
        foreach (TableSubject subject in subjects) rows.Add(await run.MeasureAsync(subject).ConfigureAwait(false));
        var (map, rivalMap) = await run.MapAsync().ConfigureAwait(false);
        run.Say("host overhead");
        IReadOnlyList<string> overhead = await HostOverhead.MeasureAsync(model, threads, 6).ConfigureAwait(false);

        string engine = rows.SelectMany(r => r.Rival).Select(f => f.Engine).FirstOrDefault(e => e is not null) ?? "rival";
        var report = new TableReport(engine.Split(' ')[0], rows, map, rivalMap, overhead, limits);
        string text = string.Join('\n', report.Lines(Heading(run, rows, engine, model, rival, threads, runs, load))) + "\n";
        Write(options.Text("--out"), text);
        Console.WriteLine("For README.md:");
        Console.WriteLine(report.Line);
        return 0;
    }

    private static IEnumerable<string> Heading(TableRun run, List<TableRow> rows, string engine, string model, string rival, int threads, int runs, string? load)
    {
        string shown = string.Join(' ', rival.Split(' ').Select((word, i) => i == 0 ? Path.GetFileName(word) : word));
        yield return string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}, commit {BuildIds.Commit}, {BuildIds.Runtime}, {BuildIds.Processor}; {threads} threads; rival: {engine}. Load before the run: {load ?? "not known"}; it took {run.Elapsed.TotalMinutes:0.0} minutes.");
        yield return string.Create(CultureInfo.InvariantCulture, $"Ours and the rival in turn on the same file, {runs} repetitions, greedy sampling included on both sides.");
        yield return "";
        yield return $"    dotnet run -c Release --project tests/Agentic.Benchmarks -- table --model {Path.GetRelativePath(Environment.CurrentDirectory, model)} --rival \"{shown}\" --threads {threads} --runs {runs}";
        yield return "";
        yield return "Each of its rows by hand, with random weights in the model's shape but for the embedded model (speed does not depend on the values):";
        yield return "";
        foreach (TableRow row in rows.Where(r => r.Subject.Type is not null)) yield return $"    dotnet run -c Release --project tests/Agentic.Benchmarks -- {row.Subject.Command(Path.GetRelativePath(Environment.CurrentDirectory, model))}";
        yield return $"    agentic model bench --model F --prefill 512 --decode 128 --batch 1,8 --threads {threads} --rival \"{TableRun.RivalOn(shown, "F")}\"";
    }

    /// <summary>Writes to a file, between its marks where it has them, or to the standard output.</summary>
    private static void Write(string? path, string text)
    {
        if (path is null)
        {
            Console.Write(text);
            return;
        }

        string old = File.Exists(path) ? File.ReadAllText(path) : "";
        int from = old.IndexOf(Begin, StringComparison.Ordinal), to = old.IndexOf(End, StringComparison.Ordinal);
        File.WriteAllText(path, from >= 0 && to > from ? $"{old[..(from + Begin.Length)]}\n{text}{old[to..]}" : text);
        Console.WriteLine($"Written to {path}.");
    }
}
