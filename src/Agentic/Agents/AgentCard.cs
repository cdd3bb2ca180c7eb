namespace Agentic.Agents;

/// <summary>What an agent is: its role, its prompt and how its model is asked. Read from a YAML file in <c>agents/</c>. Immutable.</summary>
public sealed record AgentCard
{
    /// <summary>Name, equal to the file's name without extension, such as <c>chain-worker</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where the card was read from, for messages.</summary>
    public required string File { get; init; }

    /// <summary>The prompt's path below <c>prompts/</c>, such as <c>chain-of-agents/worker.hbs</c>.</summary>
    public required string Prompt { get; init; }

    /// <summary>One line for people; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Text of the system message; empty for none.</summary>
    public string Role { get; init; } = "";

    /// <summary>Most tokens of a reply. Default 512.</summary>
    public int MaxOutput { get; init; } = 512;

    /// <summary>Sampling temperature. Default 0: the most likely token, always.</summary>
    public float Temperature { get; init; }

    /// <summary>Nucleus sampling, 0..1; null for none.</summary>
    public float? TopP { get; init; }

    /// <summary>Penalty on repeated tokens, ≥ 1; null for none.</summary>
    public float? RepetitionPenalty { get; init; }

    /// <summary>Strings that end a reply; they are not part of it.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>How the reply begins; put into the prompt and not generated. Empty for none.</summary>
    public string ReplyStart { get; init; } = "";

    /// <summary>How often a failed or invalid reply is asked for again. Default 1.</summary>
    public int Retries { get; init; } = 1;

    /// <summary>Seconds after which a silent call is given up. Default 600.</summary>
    public double TimeoutSeconds { get; init; } = 600;

    /// <summary>Whether a reply that was cut by <see cref="MaxOutput"/> counts. Default no.</summary>
    public bool AllowTruncated { get; init; }
}
