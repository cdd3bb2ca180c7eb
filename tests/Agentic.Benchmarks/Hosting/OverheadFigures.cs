using Agentic.Benchmarks.Support;

namespace Agentic.Benchmarks.Hosting;

/// <summary>Steps of the bare loop and blocks through the host, taken in turn.</summary>
/// <param name="Sequences">Replies in every step.</param>
/// <param name="Draw">How tokens are drawn through the host; the bare loop's drawing is not in its times.</param>
/// <param name="Bare">Seconds of steps, by repetition.</param>
/// <param name="Hosted">Repetitions through the host.</param>
internal sealed record OverheadFigures(int Sequences, string Draw, IReadOnlyList<IReadOnlyList<double>> Bare, IReadOnlyList<HostedBlock> Hosted)
{
    /// <summary>Median seconds of a bare step without the drawing of its tokens.</summary>
    public double Logits => Statistics.Median(Bare.SelectMany(s => s));

    /// <summary>Median seconds of a step through the host.</summary>
    public double Step => Statistics.Median(Hosted.SelectMany(h => h.Steps));

    /// <summary>By how much a step through the host is longer than the bare computation of its logits, as a share of it: scheduling, drawing, text, channels, readers and what these take from the computing threads.</summary>
    public double Share => 1 - Logits / Step;

    /// <summary>Share of the time in which the engine's thread did not compute logits. Other load on the machine moves it less than <see cref="Share"/>.</summary>
    public double Outside => Hosted.Sum(h => h.Outside) / Hosted.Sum(h => h.Elapsed);

    /// <summary>Of it, drawing tokens.</summary>
    public double Drawing => Hosted.Sum(h => h.Drawing) / Hosted.Sum(h => h.Elapsed);
}
