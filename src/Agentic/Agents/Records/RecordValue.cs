using System.Globalization;
using System.Text.RegularExpressions;

namespace Agentic.Agents.Records;

/// <summary>What a model wrote into a field as a value of its kind.</summary>
internal static partial class RecordValue
{
    /// <summary>The value; null when there is none that can be read.</summary>
    public static object? Of(RecordField field, IReadOnlyList<string>? written) => written is null ? null : field.Kind switch
    {
        RecordFieldKind.List => (IReadOnlyList<string>)[.. written.Select(w => w.Trim()).Where(w => w.Length > 0 && !IsNothing(w))],
        RecordFieldKind.Number => written.Count > 0 ? Number(written[^1], field.Least, field.Most) : null,
        RecordFieldKind.Choice => written.Count > 0 ? Choice(written[^1], field.Choices) : null,
        _ => string.Join('\n', written).Trim(),
    };

    /// <summary>"4", "4.5", "4/5", "8/10", "80 %", "4 points", "high"; within the bounds. Null when it says none of these.</summary>
    public static double? Number(string written, double least, double most)
    {
        Match match = Figure().Match(written);
        if (match.Success && double.TryParse(match.Groups[1].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            double scale = match.Groups[3].Success ? 100
                : match.Groups[2].Success && double.TryParse(match.Groups[2].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double of) && of > 0 ? of
                : most;
            return Math.Clamp(scale == most ? number : number / scale * most, least, most);
        }

        return written.Contains("high", StringComparison.OrdinalIgnoreCase) ? most
            : written.Contains("medium", StringComparison.OrdinalIgnoreCase) || written.Contains("moderate", StringComparison.OrdinalIgnoreCase) ? (least + most) / 2
            : written.Contains("low", StringComparison.OrdinalIgnoreCase) || IsNothing(written) ? least
            : null;
    }

    /// <summary>Whether a value says that there is none.</summary>
    public static bool IsNothing(string written)
    {
        string bare = written.Trim(' ', '\t', '\n', '\r', '"', '.', '*', '(', ')', '[', ']', '-').Trim();
        return bare.Length == 0 || Nothings.Contains(bare);
    }

    private static readonly HashSet<string> Nothings = new(["none", "n/a", "na", "nothing", "unknown", "not found", "no information", "null"], StringComparer.OrdinalIgnoreCase);

    private static string? Choice(string written, IReadOnlyList<string> choices)
    {
        string bare = written.Trim(' ', '"', '\'', '.', '*', '[', ']', '(', ')');
        return choices.FirstOrDefault(c => c.Equals(bare, StringComparison.OrdinalIgnoreCase))
            ?? choices.Where(c => bare.StartsWith(c, StringComparison.OrdinalIgnoreCase) && (bare.Length == c.Length || !char.IsLetterOrDigit(bare[c.Length]))).MaxBy(c => c.Length);
    }

    [GeneratedRegex(@"(-?\d+(?:\.\d+)?)(?:\s*(?:/|out of|of)\s*(\d+(?:\.\d+)?)|\s*(%))?", RegexOptions.CultureInvariant)]
    private static partial Regex Figure();
}
