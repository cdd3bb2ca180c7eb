using Agentic.Reading.ChainOfAgents;

namespace Agentic.Reading.MemWalker;

/// <summary>Options of <see cref="MemWalkerReader"/>.</summary>
public sealed record MemWalkerOptions : ReadingOptions
{
    /// <summary>The defaults.</summary>
    public MemWalkerOptions()
    {
    }

    /// <summary>The defaults over what all readers share.</summary>
    public MemWalkerOptions(ReadingOptions shared) : base(shared)
    {
    }

    /// <summary>S: most tokens of a segment, less when the window asks for it. Default 1,000, as the paper's.</summary>
    public int SegmentTokens { get; init; } = 1000;

    /// <summary>M: most children of a node, fewer when they would not fit one prompt; at least 2. Default 8, as the paper's.</summary>
    public int Children { get; init; } = 8;

    /// <summary>Where summaries of nodes are kept, so that the next question pays nothing for the tree; null = built anew for every question. Default null.</summary>
    /// <remarks>A summary is found again by what it covers, S, M, the model and the prompt: when a document grows, only the nodes above what is new are made again.</remarks>
    public IArtefactStore? Artefacts { get; init; }

    /// <summary>How leaves are read and nodes summarised. Default: when the model is small and can score by scoring, with the text's own sentences as summaries; else by prompt.</summary>
    public WorkerKind Worker { get; init; } = WorkerKind.Auto;

    /// <summary>Models with fewer parameters read by scoring. Default 3 billion.</summary>
    public long SmallModelParameters { get; init; } = 3_000_000_000;

    /// <summary>How a child is chosen. Default: as leaves are read.</summary>
    public TriageKind Triage { get; init; } = TriageKind.Auto;

    /// <summary>Whether the model reasons before it acts; null = when it is known to have at least 30 billion parameters: the paper found that reasoning harms smaller ones. Default null.</summary>
    public bool? Reasoning { get; init; }

    /// <summary>Whether the summaries of the way to a node are shown there. Default yes.</summary>
    public bool WorkingMemory { get; init; } = true;

    /// <summary>Whether the walk may turn back; without, the first leaf's answer counts. Default yes.</summary>
    public bool Revert { get; init; } = true;

    /// <summary>Leaves whose findings are gathered before the question is answered from them together; 1 = the first leaf that tells the answer gives it, as the paper's. Null = 1, and 3 when leaves are read by scoring. Default null.</summary>
    public int? Collect { get; init; }

    /// <summary>Most decisions that the walk asks of the model, triage and leaves; null = twice the leaves and the tree's depth, at most 32. Default null.</summary>
    public int? Steps { get; init; }
}

/// <summary>How a child of a node is chosen.</summary>
public enum TriageKind
{
    /// <summary>As leaves are read.</summary>
    Auto,

    /// <summary>By how probable the question is after each child's summary, and by the question's words in what the child covers. The model's client must be able to score.</summary>
    Scored,

    /// <summary>The model names the child.</summary>
    Generated,
}
