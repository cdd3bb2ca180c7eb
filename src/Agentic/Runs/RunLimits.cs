namespace Agentic.Runs;

/// <summary>What a run may spend. A run that would go beyond ends as <see cref="RunStatus.BudgetExceeded"/>.</summary>
public sealed record RunLimits
{
    /// <summary>Most model calls, retries included; null for no cap.</summary>
    public int? CallCap { get; init; }

    /// <summary>Most tokens, prompts and replies together; a call whose prompt and longest reply would exceed it is not made. Null for no cap.</summary>
    public long? TokenCap { get; init; }
}
