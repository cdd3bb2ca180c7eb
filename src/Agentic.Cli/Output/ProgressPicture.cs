using Spectre.Console;

namespace Agentic.Cli.Output;

/// <summary>What the live display looks like at one moment.</summary>
internal static class ProgressPicture
{
    private const string Spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
    private const int BarWidth = 24;

    private static readonly Style Dim = new(decoration: Decoration.Dim);
    private static readonly Style Accent = new(Color.Aqua);

    public static IEnumerable<Paragraph> Lines(RunPosition at, TimeSpan elapsed, string note, int width)
    {
        char turn = Spinner[(int)(elapsed.TotalMilliseconds / 120) % Spinner.Length];
        var line = new Paragraph();
        line.Append($"{turn} ", Accent);
        line.Append(at.Stage);
        if (at.Step is int step && at.Steps is int steps)
        {
            line.Append($"  chunk {step} of {steps}");
        }

        if (at.Share is double share)
        {
            int full = (int)(share * BarWidth);
            line.Append("  ");
            line.Append(new string('━', full), Accent);
            line.Append(new string('━', BarWidth - full), Dim);
            line.Append($" {(int)(share * 100)} %");
        }

        line.Append($"  {Words.Time(elapsed.TotalSeconds)}", Dim);
        if (at.TokensPerSecond is double speed)
        {
            line.Append($"  {Words.Number(speed)} tokens/s", Dim);
        }

        if (at.SecondsLeft is double left)
        {
            line.Append($"  about {Words.Time(left)} left", Dim);
        }

        yield return line;
        // Always two lines: to go back over one line Spectre writes "up 0", which terminals read as up 1.
        string shown = note.ReplaceLineEndings(" ");
        int room = Math.Max(10, width - 4);
        yield return new Paragraph("  " + (shown.Length > room ? shown[..(room - 1)] + "…" : shown), Dim);
    }
}
