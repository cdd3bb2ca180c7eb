using System.Globalization;

namespace Agentic.Cli.Benchmarking;

/// <summary>The figures of a benchmark, for people and programs.</summary>
internal sealed record BenchReport(string Model, string Backend, int Threads, BenchPlan Plan, BenchFigures Ours, BenchFigures? Rival)
{
    public object ToJson() => new
    {
        engine = "agentic",
        model = Model,
        backend = Backend,
        threads = Threads,
        prefill = Plan.Prefill,
        decode = Plan.Decode,
        at = Plan.At,
        prefillTokensPerSecond = Math.Round(Ours.Prefill, 1),
        decodeTokensPerSecond = Math.Round(Ours.Decode, 1),
        batch = All(Ours).ToDictionary(b => b.Key, b => Math.Round(b.Value, 1)),
        map = MapOf(Ours),
        rival = Rival is null ? null : new
        {
            prefillTokensPerSecond = Rival.Prefill,
            decodeTokensPerSecond = Rival.Decode,
            batch = Rival.Batch,
            map = MapOf(Rival),
        },
        ratio = Rival is null ? null : Ours.Over(Rival),
    };

    public void Print(TextWriter output)
    {
        BenchRatio? ratio = Rival is null ? null : Ours.Over(Rival);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Model}, backend {Backend}, {Threads} threads, best of {Plan.Runs}"));
        output.WriteLine($"{"",-34}{"ours",10}{(Rival is null ? "" : $"{"rival",10}{"ratio",8}")}");
        Row(output, $"Prefill of {Plan.Prefill} tokens/s", Ours.Prefill, Rival?.Prefill, ratio?.Prefill);
        Row(output, $"Decode of {Plan.Decode} at {Plan.At} tokens/s", Ours.Decode, Rival?.Decode, ratio?.Decode);
        foreach ((string sequences, double speed) in Ours.Batch)
        {
            Row(output, $"  {sequences} sequences tokens/s", speed, Rival is not null && Rival.Batch.TryGetValue(sequences, out double theirs) ? theirs : null, ratio?.Batch.GetValueOrDefault(sequences));
        }

        if (Plan.Map is MapStage map && Ours.MapSeconds is double seconds)
        {
            Row(output, $"Map stage of {map.Calls} calls, seconds", seconds, Rival?.MapSeconds, ratio?.Map);
        }
    }

    private object? MapOf(BenchFigures figures) => Plan.Map is MapStage map && figures.MapSeconds is double seconds
        ? new { calls = map.Calls, shared = map.Shared, chunk = map.Chunk, @new = map.New, seconds = Math.Round(seconds, 3) }
        : null;

    private static IEnumerable<KeyValuePair<string, double>> All(BenchFigures figures) => figures.Batch.Prepend(new("1", figures.Decode));

    private static void Row(TextWriter output, string label, double ours, double? rival, double? ratio)
    {
        string beside = rival is double r ? string.Create(CultureInfo.InvariantCulture, $"{r,10:0.0}{(ratio is double q ? $"{q:0.00}x" : "-"),8}") : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{label,-34}{ours,10:0.0}{beside}"));
    }
}
