namespace Agentic.Reading;

/// <summary>How a reading run ends.</summary>
internal static class Ending
{
    private const string Silent = "The documents do not say.";

    /// <summary>An answer, or none when its text is empty; partial when chunks are missing.</summary>
    public static Answer Of(string text, IReadOnlyList<Evidence> evidence, int dead, int chunks) => text.Length == 0
        ? NotFound(evidence, dead, chunks)
        : new Answer { Status = dead > 0 ? RunStatus.Partial : RunStatus.Answered, Text = text, Evidence = evidence, Reason = Gap(dead, chunks) };

    /// <summary>The documents do not say.</summary>
    public static Answer NotFound(IReadOnlyList<Evidence> evidence, int dead, int chunks) =>
        new() { Status = RunStatus.NotFound, Evidence = evidence, Reason = Gap(dead, chunks) is { } gap ? $"What could be read does not say; {gap}" : Silent };

    /// <summary>A cap was reached; what was found until then is kept.</summary>
    public static Answer Exceeded(BudgetException exceeded, IReadOnlyList<Evidence> evidence) =>
        new() { Status = RunStatus.BudgetExceeded, Evidence = evidence, Reason = exceeded.Message };

    private static string? Gap(int dead, int chunks) => dead > 0 ? $"{dead} of {chunks} chunks could not be read." : null;
}
