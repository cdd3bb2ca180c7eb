namespace Agentic;

/// <summary>What a run will do and cost, computed before any model call.</summary>
public sealed record RunPlan
{
    /// <summary>Name of the strategy, such as <c>chain</c> or <c>direct</c>.</summary>
    public required string Strategy { get; init; }

    /// <summary>Number of chunks the documents are split into.</summary>
    public int Chunks { get; init; }

    /// <summary>Number of model calls.</summary>
    public int Calls { get; init; }

    /// <summary>Tokens of all prompts together.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Estimated wall time in seconds from the model's measured speed; null when that is not known.</summary>
    public double? Seconds { get; init; }

    /// <summary>The same per stage.</summary>
    public IReadOnlyList<PlanStage> Stages { get; init; } = [];

    /// <summary>Sentences the user should read before spending, for example that token counts are estimates.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>One stage of a plan.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Calls">Number of calls.</param>
/// <param name="PromptTokens">Tokens of all its prompts.</param>
/// <param name="MaxOutputTokens">Upper bound of generated tokens.</param>
public sealed record PlanStage(string Stage, int Calls, long PromptTokens, long MaxOutputTokens);
