using Agentic.Reading.ChainOfAgents;

namespace Agentic.Reading.MapReduce;

/// <summary>Options of <see cref="MapReduceReader"/>.</summary>
public sealed record MapReduceOptions : ReadingOptions
{
    /// <summary>The defaults.</summary>
    public MapReduceOptions()
    {
    }

    /// <summary>The defaults over what all readers share.</summary>
    public MapReduceOptions(ReadingOptions shared) : base(shared)
    {
    }

    /// <summary>Prompts for the kind of task. Default: chosen by the question and the documents; see <see cref="TaskFamilies"/>.</summary>
    public TaskFamily Family { get; init; } = TaskFamily.Auto;

    /// <summary>How a chunk is read for a question. Default: by scoring when the model is small and can score, else by filling in a form.</summary>
    public WorkerKind Worker { get; init; } = WorkerKind.Auto;

    /// <summary>Models with fewer parameters read by scoring. Default 3 billion.</summary>
    public long SmallModelParameters { get; init; } = 3_000_000_000;

    /// <summary>Whether records have the paper's fields (information, rationale, answer, confidence); without, the answer alone. Default yes.</summary>
    public bool Structured { get; init; } = true;

    /// <summary>Whether the prompts say how sure is how sure, with an example. Default yes.</summary>
    public bool Calibrated { get; init; } = true;

    /// <summary>Where a record's confidence comes from. Default: the model states it.</summary>
    public ConfidenceSource Confidence { get; init; }

    /// <summary>Most tokens of a chunk, however large the window. Default 4,096, as the paper's.</summary>
    public int MaxChunkTokens { get; init; } = 4096;
}

/// <summary>Kinds of task, each with prompts of its own.</summary>
public enum TaskFamily
{
    /// <summary>Chosen by question and documents.</summary>
    Auto,

    /// <summary>A question in prose.</summary>
    Qa,

    /// <summary>An exact string: a key, a number, a name.</summary>
    Retrieval,

    /// <summary>A figure over many: the largest, the sum, how many.</summary>
    Math,

    /// <summary>A question about program text.</summary>
    Code,

    /// <summary>A summary.</summary>
    Sum,
}

/// <summary>Where confidence comes from.</summary>
public enum ConfidenceSource
{
    /// <summary>The model states it, 0 to 5.</summary>
    Stated,

    /// <summary>Mean probability of the answer's tokens given chunk and question, times 5. The model's client must be able to score.</summary>
    LogProbabilities,
}
