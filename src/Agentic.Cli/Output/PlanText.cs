using System.Globalization;

namespace Agentic.Cli.Output;

/// <summary>A plan for people.</summary>
internal static class PlanText
{
    /// <summary>One line, and one for each note.</summary>
    public static IEnumerable<string> Summary(RunPlan plan)
    {
        string time = plan.Seconds is double seconds ? $", about {Words.Time(seconds)}" : "";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"plan: {plan.Strategy}, {Words.Count(plan.Chunks, "chunk")}, {Words.Count(plan.Calls, "call")}, {Words.Count(plan.PromptTokens, "prompt token")}{time}");
        foreach (string note in plan.Notes)
        {
            yield return $"note: {note}";
        }
    }

    /// <summary>The whole plan, as <c>--plan</c> prints it.</summary>
    public static IEnumerable<string> Table(RunPlan plan)
    {
        yield return $"Strategy       {plan.Strategy}";
        yield return string.Create(CultureInfo.InvariantCulture, $"Chunks         {plan.Chunks:N0}");
        yield return string.Create(CultureInfo.InvariantCulture, $"Calls          {plan.Calls:N0}");
        yield return string.Create(CultureInfo.InvariantCulture, $"Prompt tokens  {plan.PromptTokens:N0}");
        yield return $"Time           {(plan.Seconds is double seconds ? $"about {Words.Time(seconds)}" : "not known before something was measured")}";
        if (plan.Stages.Count > 0)
        {
            int width = Math.Max(5, plan.Stages.Max(s => s.Stage.Length));
            yield return "";
            yield return $"{"Stage".PadRight(width)}  {"Calls",9}  {"Prompt tokens",14}  {"Output at most",14}";
            foreach (PlanStage stage in plan.Stages)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{stage.Stage.PadRight(width)}  {stage.Calls,9:N0}  {stage.PromptTokens,14:N0}  {stage.MaxOutputTokens,14:N0}");
            }
        }

        if (plan.Notes.Count > 0)
        {
            yield return "";
            foreach (string note in plan.Notes)
            {
                yield return $"Note: {note}";
            }
        }
    }
}
