using Agentic.Agents.Records;

namespace Agentic.Agents;

/// <summary>One question to an agent.</summary>
public sealed record AskRequest
{
    /// <summary>Stage of the run it belongs to.</summary>
    public required string Stage { get; init; }

    /// <summary>The agent asked.</summary>
    public required Agent Agent { get; init; }

    /// <summary>What its prompt is filled in with.</summary>
    public required IReadOnlyDictionary<string, object?> Variables { get; init; }

    /// <summary>Chunk it is about, for dead letters; null for none.</summary>
    public int? Chunk { get; init; }

    /// <summary>Most tokens of the reply; null for the card's.</summary>
    public int? MaxOutput { get; init; }

    /// <summary>How the reply begins; null for the card's.</summary>
    public string? ReplyStart { get; init; }

    /// <summary>Whether the reply is published as it comes (<see cref="TokenDeltaEvent"/>). Only for the final stage.</summary>
    public bool Stream { get; init; }

    /// <summary>The form that the reply must have; null for free text. Where the model's client holds replies to a schema (<see cref="ModelAccess.Constrains"/>) it is asked to.</summary>
    /// <remarks>The prompt says the form by <see cref="AgentCaller.Form"/>.</remarks>
    public RecordFormat? Format { get; init; }

    /// <summary>Who waits for the reply: <see cref="RequestPriority.Batch"/> for one of the many calls of a stage. Default interactive.</summary>
    public RequestPriority Priority { get; init; }

    /// <summary>Why a reply is not acceptable, or null when it is. The reason goes back to the model with the next attempt.</summary>
    public Func<string, string?>? Refuse { get; init; }
}

/// <summary>An agent's reply that passed all checks.</summary>
/// <param name="Text">The reply, without white space at its ends.</param>
/// <param name="PromptTokens">Tokens of the prompt.</param>
/// <param name="GeneratedTokens">Tokens of the reply.</param>
/// <param name="Truncated">Whether it was cut by its length, which the card allowed.</param>
public sealed record AgentReply(string Text, long PromptTokens, long GeneratedTokens, bool Truncated)
{
    /// <summary>The reply as a record; null when no form was asked for.</summary>
    public ReplyRecord? Record { get; init; }
}
