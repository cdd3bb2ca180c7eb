namespace Agentic.Cli.Output;

/// <summary>What is said of an event, one line or nothing.</summary>
internal static class EventLines
{
    /// <summary>Lines that everybody should read: the cost before it is spent, and what went wrong.</summary>
    public static IEnumerable<string> Important(RunEvent happened) => happened switch
    {
        PlannedEvent e => PlanText.Summary(e.Plan),
        JournalOpenedEvent { Known: > 0 } e => [$"run {e.Run} goes on: {Words.Count(e.Known, "call")} on record"],
        WarningEvent e => [$"note: {e.Message}"],
        AnswerRestartedEvent e => [$"The answer begins again: {e.Reason}"],
        DeadLetterEvent e => [$"{Place(e.Letter.Stage, e.Letter.Chunk)} failed after {Words.Count(e.Letter.Attempts, "attempt")} and is left out: {e.Letter.Error}"],
        _ => [],
    };

    /// <summary>Lines with <c>--verbose</c>: calls, scores, retries, what was dropped.</summary>
    public static IEnumerable<string> Detail(RunEvent happened) => happened switch
    {
        CallDoneEvent { Journalled: true } e => [$"  {e.Stage}: {e.Verb} answered from the journal"],
        CallDoneEvent e => [$"  {e.Stage}: {e.Verb} {Words.Count(e.PromptTokens, "prompt token")} ({e.CachedTokens} cached), {e.GeneratedTokens} generated, {Words.Time(e.Seconds)}"],
        RetryEvent e => [$"  {e.Stage}: attempt {e.Attempt} follows: {e.Reason}"],
        NavigatedEvent e => [$"  at {e.Node}: {e.Action}{(e.Reason.Length > 0 ? $": {e.Reason}" : "")}"],
        RecordDroppedEvent e => [$"  {Place(e.Stage, e.Chunk)}: left out: {e.Reason}"],
        _ => [],
    };

    private static string Place(string stage, int? chunk) => chunk is int index ? $"{stage}, chunk {index + 1}" : stage;
}
