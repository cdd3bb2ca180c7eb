using System.Text.Json.Serialization;

namespace Agentic.Evaluation;

/// <summary>A question over documents with its accepted answers: one row of a question file.</summary>
public sealed record QaItem
{
    /// <summary>Identifies the row; may be empty.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init; } = "";

    /// <summary>The question.</summary>
    [JsonPropertyName("question")]
    public required string Question { get; init; }

    /// <summary>Accepted answers; none means that the documents do not say.</summary>
    [JsonPropertyName("answers")]
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>Whether all of <see cref="Answers"/> must occur, each counting for its share; else any of them is enough.</summary>
    [JsonPropertyName("all")]
    public bool All { get; init; }

    /// <summary>What to read: paths relative to the file, or texts.</summary>
    [JsonPropertyName("documents")]
    public IReadOnlyList<QaDocument> Documents { get; init; } = [];

    /// <summary>Group that results are also reported by, such as a length or a depth; may be empty.</summary>
    [JsonPropertyName("group")]
    public string Group { get; init; } = "";

    /// <summary>Sentences that hold the answer, where the row tells: an answer also counts as supported when one of them is among its evidence.</summary>
    [JsonPropertyName("evidence")]
    public IReadOnlyList<QaEvidence> Evidence { get; init; } = [];
}

/// <summary>A sentence that holds an answer.</summary>
/// <param name="Source">Name of its document.</param>
/// <param name="Quote">The sentence.</param>
public sealed record QaEvidence([property: JsonPropertyName("source")] string Source, [property: JsonPropertyName("quote")] string Quote);
