namespace Agentic;

/// <summary>The result of reading. <see cref="Text"/> is an answer or empty; it never holds an error message.</summary>
public sealed record Answer
{
    /// <summary>How the run ended.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>The answer; empty unless <see cref="Status"/> is Answered or Partial.</summary>
    public string Text { get; init; } = "";

    /// <summary>Why there is no answer: one sentence for every status but Answered and Planned.</summary>
    public string? Reason { get; init; }

    /// <summary>What supports it, best first.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>What it cost.</summary>
    public RunUsage Usage { get; init; } = new();

    /// <summary>What was planned.</summary>
    public RunPlan? Plan { get; init; }

    /// <summary>The run's events in order, without token deltas.</summary>
    public IReadOnlyList<RunEvent> Trace { get; init; } = [];

    /// <summary>What failed and was left out.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters { get; init; } = [];

    /// <summary>Identifier of the journalled run; null when nothing was journalled.</summary>
    public string? Run { get; init; }
}
