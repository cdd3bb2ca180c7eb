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

    /// <summary>
    /// What the prompt is filled in with to say nothing ("N/A"); each candidate's score there is subtracted, which takes out what the model
    /// prefers whatever is asked (contextual calibration, Zhao et al. 2021). Null = none. Ignored when the client is asked in words.
    /// </summary>
    public IReadOnlyDictionary<string, object?>? ContentFree { get; init; }
}

/// <summary>What was chosen.</summary>
/// <param name="Index">The chosen candidate.</param>
/// <param name="Scores">Mean log-probability a token of each candidate, calibrated if asked; empty when the client cannot score and was asked in words.</param>
public sealed record Choice(int Index, IReadOnlyList<double> Scores)
{
    /// <summary>Softmax of the scores: the shares of a classification. Empty when there are no scores.</summary>
    public IReadOnlyList<double> Probabilities()
    {
        double[] weights = [.. Scores.Select(score => Math.Exp(score - Scores.Max()))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}
