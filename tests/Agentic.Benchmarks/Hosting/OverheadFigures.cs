using Agentic.Benchmarks.Support;

namespace Agentic.Benchmarks.Hosting;

/// <summary>Blocks of steps of the bare loop and through the host, taken in turn.</summary>
/// <param name="Sequences">Replies in every step.</param>
/// <param name="Draw">How tokens are drawn through the host; the bare loop's drawing is not in its times.</param>
/// <param name="Bare">Mean seconds of a step, by block.</param>
/// <param name="Hosted">Blocks through the host.</param>
internal sealed record OverheadFigures(int Sequences, string Draw, IReadOnlyList<double> Bare, IReadOnlyList<HostedBlock> Hosted)
{
    /// <summary>Seconds of a bare step without the drawing of its tokens; the median block.</summary>
    public double Logits => Statistics.Median(Bare);

    /// <summary>Seconds of a step through the host; the median block.</summary>
    public double Step => Statistics.Median(Hosted.Select(h => h.Step));

    /// <summary>By how much a step through the host is longer than the bare computation of its logits, as a share of it: scheduling, drawing, text, channels, readers and what these take from the computing threads. The median of neighbouring blocks.</summary>
    public double Share => Statistics.Median(Bare.Zip(Hosted, (bare, hosted) => 1 - bare / hosted.Step));

    /// <summary>Share of the time in which the engine's thread did not compute logits. Other load on the machine moves it less than <see cref="Share"/>.</summary>
    public double Outside => Statistics.Median(Hosted.Select(h => h.Outside));

    /// <summary>Of it, drawing tokens.</summary>
    public double Drawing => Statistics.Median(Hosted.Select(h => h.Drawing));
}
