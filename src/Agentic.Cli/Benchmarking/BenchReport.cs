using System.Globalization;
using Agentic.Inference.Backends.Cpu.Limits;

namespace Agentic.Cli.Benchmarking;

/// <summary>The figures of a benchmark, for people and programs. Limits are there when the processor computed.</summary>
internal sealed record BenchReport(string Model, string Backend, int Threads, BenchPlan Plan, BenchFigures Ours, BenchFigures? Rival, MachineLimits? Limits)
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
        batch = Ours.Batch.Prepend(new("1", Ours.Decode)).ToDictionary(b => b.Key, b => Math.Round(b.Value, 1)),
        map = MapOf(Ours),
        work = Ours.Work.ToDictionary(w => w.Key, w => new { gigabytesPerSecond = Giga(w.Value.Bytes), multiplyAddsPerSecond = Giga(w.Value.MultiplyAdds) }),
        limits = Limits is null ? null : new
        {
            readGigabytesPerSecond = Giga(Limits.ReadBytesPerSecond),
            int8GigaPerSecond = Giga(Limits.Int8PerSecond),
            int8Instructions = Limits.Int8Instructions,
            floatGigaPerSecond = Giga(Limits.FloatPerSecond),
        },
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
        output.WriteLine($"{"",-34}{"ours",10}{(Rival is null ? "" : $"{"rival",10}{"ratio",8}")}{(Limits is null ? "" : $"{"GB/s",9}{"",6}{"GMAC/s",10}")}");
        Row(output, $"Prefill of {Plan.Prefill} tokens/s", Ours.Prefill, Rival?.Prefill, ratio?.Prefill, "prefill");
        Row(output, $"Decode of {Plan.Decode} at {Plan.At} tokens/s", Ours.Decode, Rival?.Decode, ratio?.Decode, "1");
        foreach ((string sequences, double speed) in Ours.Batch)
        {
            double? theirs = Rival is not null && Rival.Batch.TryGetValue(sequences, out double measured) ? measured : null;
            Row(output, $"  {sequences} sequences tokens/s", speed, theirs, ratio?.Batch.GetValueOrDefault(sequences), sequences);
        }

        if (Plan.Map is MapStage map && Ours.Map is MapFigures figures)
        {
            Row(output, $"Map stage of {map.Calls} calls, seconds", figures.Seconds, Rival?.Map?.Seconds, ratio?.Map, "");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {figures.CachedTokens:N0} of {(long)map.Calls * (map.Shared + map.Chunk):N0} prompt tokens were in the cache; {figures.Overhead:P1} of the time went to other than logits"));
        }

        if (Limits is not null)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Limits of {Limits.Threads} threads here: {Limits.ReadBytesPerSecond / 1e9:0.0} GB/s read from memory; {Limits.Int8PerSecond / 1e9:0} 8-bit GMAC/s ({Limits.Int8Instructions}); {Limits.FloatPerSecond / 1e9:0} single GMAC/s"));
        }
    }

    private object? MapOf(BenchFigures figures) => Plan.Map is MapStage map && figures.Map is MapFigures measured
        ? new { calls = map.Calls, shared = map.Shared, chunk = map.Chunk, @new = map.New, seconds = Math.Round(measured.Seconds, 3), overhead = measured.Overhead, cachedTokens = measured.CachedTokens }
        : null;

    private static double Giga(double value) => Math.Round(value / 1e9, 1);

    private void Row(TextWriter output, string label, double ours, double? rival, double? ratio, string work)
    {
        string beside = rival is double r ? string.Create(CultureInfo.InvariantCulture, $"{r,10:0.0}{(ratio is double q ? $"{q:0.00}x" : "-"),8}") : Rival is null ? "" : $"{"-",10}{"-",8}";
        string limits = Limits is not null && Ours.Work.TryGetValue(work, out WorkRate? rate)
            ? string.Create(CultureInfo.InvariantCulture, $"{rate.Bytes / 1e9,9:0.0} {rate.Bytes / Limits.ReadBytesPerSecond,5:P0}{rate.MultiplyAdds / 1e9,10:0.0} {rate.MultiplyAdds / Limits.Int8PerSecond,5:P0}")
            : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{label,-34}{ours,10:0.0}{beside}{limits}"));
    }
}
