using System.Globalization;

namespace Agentic.Reading;

/// <summary>The variables that every prompt of a reader may use.</summary>
internal static class ReadingTask
{
    public static readonly string[] Names = ["question", "words", "focus"];

    public static Dictionary<string, object?> Variables(string? question, ReadingOptions options) => new(StringComparer.Ordinal)
    {
        ["question"] = question ?? "",
        ["words"] = options.SummaryWords?.ToString(CultureInfo.InvariantCulture) ?? "",
        ["focus"] = options.Focus ?? "",
    };
}
