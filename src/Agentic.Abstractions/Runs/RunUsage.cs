namespace Agentic;

/// <summary>What a run, or one stage of it, cost.</summary>
public sealed record RunUsage
{
    /// <summary>Calls really asked of the model in this process.</summary>
    public int Calls { get; init; }

    /// <summary>Tokens of the prompts, cached ones included.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Prompt tokens that were served from a cache.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Tokens generated.</summary>
    public long GeneratedTokens { get; init; }

    /// <summary>Calls answered from the journal instead of the model.</summary>
    public int Journalled { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>The same per stage, in the order of first use; empty on a stage's own usage.</summary>
    public IReadOnlyList<StageUsage> Stages { get; init; } = [];
}

/// <summary>Usage of one stage.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Usage">What it cost.</param>
public sealed record StageUsage(string Stage, RunUsage Usage);
