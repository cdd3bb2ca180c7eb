using System.Globalization;

namespace Agentic.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Words
{
    /// <summary><c>1 call</c>, <c>12,000 calls</c>.</summary>
    public static string Count(long number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {noun}{(number == 1 ? "" : "s")}");

    public static string Number(double number) => number.ToString(number < 100 ? "0.#" : "N0", CultureInfo.InvariantCulture);

    /// <summary><c>0.4 s</c>, <c>38 s</c>, <c>4 min 10 s</c>, <c>3 h 20 min</c>.</summary>
    public static string Time(double seconds)
    {
        if (seconds < 10)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");
        }

        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return time.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:N0} h {time.Minutes} min")
            : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
            : $"{time.Seconds} s";
    }

    /// <summary><c>97 MB</c>, <c>1.3 GB</c>.</summary>
    public static string Size(long bytes)
    {
        (double scaled, string unit) = bytes switch
        {
            >= 1_000_000_000 => (bytes / 1e9, "GB"),
            >= 1_000_000 => (bytes / 1e6, "MB"),
            >= 1_000 => (bytes / 1e3, "kB"),
            _ => (bytes, "bytes"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{scaled:0.#} {unit}");
    }
}
