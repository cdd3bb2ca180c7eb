namespace Agentic.Agents;

/// <summary>How calls are made.</summary>
public sealed record AgentCallerOptions
{
    /// <summary>Seed of sampling. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Sampling temperature for all agents; null for each card's own.</summary>
    public float? Temperature { get; init; }

    /// <summary>How often a call is repeated that the client failed, beside the card's own retries of refused replies. Default 2.</summary>
    public int TransportRetries { get; init; } = 2;

    /// <summary>Pause before the first repetition; it doubles each time. Default 1 second.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);
}
