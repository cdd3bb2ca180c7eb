namespace Agentic.Cli.Output;

/// <summary>The JSON object of an answer: the command's contract, independent of how the library's records grow.</summary>
internal static class AnswerJson
{
    // textName: "answer" for questions, "text" for summaries.
    public static Dictionary<string, object?> Of(Answer answer, string textName = "answer") => new()
    {
        ["status"] = answer.Status,
        [textName] = answer.Text,
        ["reason"] = answer.Reason,
        ["evidence"] = answer.Evidence.Select(e => new
        {
            e.Quote,
            e.Source,
            Start = e.Span?.Start,
            End = e.Span?.End,
            e.Page,
            e.Verified,
            e.Stage,
        }),
        ["usage"] = UsageOf(answer.Usage),
        ["plan"] = answer.Plan is null ? null : PlanOf(answer.Plan),
        ["deadLetters"] = answer.DeadLetters,
        ["run"] = answer.Run,
    };

    private static object UsageOf(RunUsage u) => new
    {
        u.Calls,
        u.PromptTokens,
        u.CachedTokens,
        u.GeneratedTokens,
        u.Journalled,
        Seconds = Math.Round(u.Seconds, 3),
        Stages = u.Stages.Select(s => new
        {
            s.Stage,
            s.Usage.Calls,
            s.Usage.PromptTokens,
            s.Usage.CachedTokens,
            s.Usage.GeneratedTokens,
            Seconds = Math.Round(s.Usage.Seconds, 3),
        }),
    };

    private static object PlanOf(RunPlan p) => new
    {
        p.Strategy,
        p.Chunks,
        p.Calls,
        p.PromptTokens,
        Seconds = p.Seconds is double s ? Math.Round(s, 1) : (double?)null,
        p.Stages,
        p.Notes,
    };
}
