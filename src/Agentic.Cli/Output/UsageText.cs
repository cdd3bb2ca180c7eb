using System.Globalization;

namespace Agentic.Cli.Output;

/// <summary>What a run cost, in one line.</summary>
internal static class UsageText
{
    public static string Line(RunUsage usage)
    {
        string cached = usage.CachedTokens > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({usage.CachedTokens:N0} cached)") : "";
        string journalled = usage.Journalled > 0 ? $" · {usage.Journalled} from the journal" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Words.Count(usage.Calls, "call")} · {Words.Count(usage.PromptTokens, "prompt token")}{cached} · {usage.GeneratedTokens:N0} generated · {Words.Time(usage.Seconds)}{journalled}");
    }
}
