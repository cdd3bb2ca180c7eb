using Agentic.Benchmarks.Support;
using Agentic.Cli.Benchmarking;

namespace Agentic.Benchmarks.Tables;

/// <summary>A file and its repetitions, ours and the rival's in turn.</summary>
internal sealed record TableRow(TableSubject Subject, IReadOnlyList<BenchFigures> Ours, IReadOnlyList<BenchFigures> Rival)
{
    /// <summary>The figures by name, with their bars.</summary>
    public IEnumerable<Measurement> Measurements =>
    [
        new("prefill 512", Subject.Bars?.Prefill, [.. Ours.Select(f => f.Prefill)], [.. Rival.Select(f => f.Prefill)]),
        new("decode 128 at 512", Subject.Bars?.Decode, [.. Ours.Select(f => f.Decode)], [.. Rival.Select(f => f.Decode)]),
        new("8 sequences", Subject.Bars?.Batch, [.. Ours.Select(f => f.Batch["8"])], [.. Rival.Select(f => f.Batch.GetValueOrDefault("8"))]),
    ];
}

/// <summary>Repetitions of one figure, in tokens a second.</summary>
internal sealed record Measurement(string Name, double? Bar, IReadOnlyList<double> Ours, IReadOnlyList<double> Rival)
{
    /// <summary>Ratio of the best repetitions.</summary>
    public double Ratio => Ours.Max() / Rival.Max();

    /// <summary>Ratio of the medians.</summary>
    public double MedianRatio => Statistics.Median(Ours) / Statistics.Median(Rival);
}
