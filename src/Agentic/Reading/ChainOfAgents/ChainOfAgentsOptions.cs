namespace Agentic.Reading.ChainOfAgents;

/// <summary>Options of <see cref="ChainOfAgentsReader"/>. The defaults are what <c>agentic ask</c> uses.</summary>
public sealed record ChainOfAgentsOptions : ReadingOptions
{
    /// <summary>What one agent hands to the next. Default: facts for a question, prose for a summary.</summary>
    public CommunicationUnitKind Unit { get; init; } = CommunicationUnitKind.Auto;

    /// <summary>How a worker reads its chunk for facts. Default: by scoring when the model is small and can score, else by prompt.</summary>
    public WorkerKind Worker { get; init; } = WorkerKind.Auto;

    /// <summary>Models with fewer parameters read by scoring. Default 3 billion.</summary>
    public long SmallModelParameters { get; init; } = 3_000_000_000;

    /// <summary>Order in which the chunks are read. Default forward.</summary>
    public ReadingOrder Order { get; init; } = ReadingOrder.Forward;

    /// <summary>Seed of the random order. Default 0.</summary>
    public int Seed { get; init; }

    /// <summary>Whether to read in three orders (forward, backward, random) and how to make one answer of them. Default no.</summary>
    public EnsembleKind Ensemble { get; init; } = EnsembleKind.None;

    /// <summary>Whether a manager answers from the last unit (the paper); without, the last unit is the answer. Default yes.</summary>
    public bool Manager { get; init; } = true;

    /// <summary>Most tokens of a communication unit; null for an eighth of the window, at most 1,024.</summary>
    public int? UnitTokens { get; init; }

    /// <summary>Most tokens of a chunk, however large the window. Default 16,000.</summary>
    public int MaxChunkTokens { get; init; } = 16_000;

    /// <summary>Passages a chunk that the scoring worker shows to the model, the most promising by their words; the others are judged by their words alone. Default 12.</summary>
    public int ScoredPassages { get; init; } = 12;
}

/// <summary>What one agent hands to the next.</summary>
public enum CommunicationUnitKind
{
    /// <summary>Facts for a question, prose for a summary.</summary>
    Auto,

    /// <summary>The paper's: a running summary, rewritten by every worker.</summary>
    Prose,

    /// <summary>Verbatim facts with their places, kept by code: exact strings survive any number of hops.</summary>
    Structured,
}

/// <summary>How a worker finds facts.</summary>
public enum WorkerKind
{
    /// <summary>Scoring for small models that can, else extracting.</summary>
    Auto,

    /// <summary>The model copies quotations by prompt.</summary>
    Extracting,

    /// <summary>The model's probabilities say which sentences matter.</summary>
    Scoring,
}

/// <summary>Order of reading.</summary>
public enum ReadingOrder
{
    /// <summary>As the document goes.</summary>
    Forward,

    /// <summary>From its end.</summary>
    Backward,

    /// <summary>Shuffled by the seed.</summary>
    Random,
}

/// <summary>How several chains become one answer.</summary>
public enum EnsembleKind
{
    /// <summary>One chain.</summary>
    None,

    /// <summary>One more call picks the most reliable last unit; the manager answers from it.</summary>
    Judge,

    /// <summary>Every chain is answered; the answer most like the others wins.</summary>
    Medoid,
}
