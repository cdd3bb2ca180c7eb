namespace Agentic.Agents;

/// <summary>A text to be put into one of several classes.</summary>
public sealed record ClassifyRequest
{
    /// <summary>Stage of the run it belongs to.</summary>
    public required string Stage { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>The classes; at least two, none empty, none twice. Words that the model would say itself score best.</summary>
    public required IReadOnlyList<ClassLabel> Labels { get; init; }

    /// <summary>What is asked of the text, above the list of labels.</summary>
    public string Question { get; init; } = "Which of these labels fits the text best?";

    /// <summary>The agent asked; its prompt may use <c>question</c>, <c>labels</c> and <c>text</c>. Null = the built-in <c>classifier</c>.</summary>
    public Agent? Agent { get; init; }

    /// <summary>
    /// Text that says nothing, by whose scores those of the labels are lessened (contextual calibration; see <see cref="ChooseRequest.ContentFree"/>). Null =
    /// not calibrated. Default <c>N/A</c>.
    /// </summary>
    public string? ContentFree { get; init; } = "N/A";
}

/// <summary>A class.</summary>
/// <param name="Name">What the model would say.</param>
/// <param name="Description">What belongs to it; null when the name tells.</param>
public sealed record ClassLabel(string Name, string? Description = null);

/// <summary>Where a text belongs.</summary>
/// <param name="Label">The most probable class.</param>
/// <param name="Probabilities">Share of each label, in their order; they sum to 1. Empty when the client cannot score and was asked in words.</param>
public sealed record Classification(ClassLabel Label, IReadOnlyList<double> Probabilities)
{
    /// <summary>Entropy of the shares in nats: 0 = sure, ln(number of labels) = no idea. NaN without shares.</summary>
    public double Entropy => Probabilities.Count == 0 ? double.NaN : -Probabilities.Sum(share => share > 0 ? share * Math.Log(share) : 0);
}
