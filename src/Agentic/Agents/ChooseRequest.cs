namespace Agentic.Agents;

/// <summary>A decision between given texts.</summary>
public sealed record ChooseRequest
{
    /// <summary>Stage of the run it belongs to.</summary>
    public required string Stage { get; init; }

    /// <summary>The agent asked; its prompt should end so that a candidate can follow as the reply.</summary>
    public required Agent Agent { get; init; }

    /// <summary>What its prompt is filled in with.</summary>
    public required IReadOnlyDictionary<string, object?> Variables { get; init; }

    /// <summary>The candidates; at least one, none empty.</summary>
    public required IReadOnlyList<string> Candidates { get; init; }
}

/// <summary>What was chosen.</summary>
/// <param name="Index">The chosen candidate.</param>
/// <param name="Scores">Mean log-probability a token of each candidate; empty when the client cannot score and was asked in words.</param>
public sealed record Choice(int Index, IReadOnlyList<double> Scores);
