using Agentic.Reading.ChainOfAgents;
using Microsoft.Extensions.AI;

namespace Agentic.Reading.Retrieval;

/// <summary>Options of <see cref="RetrievalReader"/>.</summary>
public sealed record RetrievalOptions : ReadingOptions
{
    /// <summary>The defaults.</summary>
    public RetrievalOptions()
    {
    }

    /// <summary>The defaults over what all readers share.</summary>
    public RetrievalOptions(ReadingOptions shared) : base(shared)
    {
    }

    /// <summary>Makes vectors of passages and question; null = passages are found by their words alone.</summary>
    public IEmbeddingGenerator<string, Embedding<float>>? Embedder { get; init; }

    /// <summary>Keeps the vectors of documents, so that a document is embedded once; null = nothing is kept.</summary>
    public IArtefactStore? Vectors { get; init; }

    /// <summary>Most tokens of a passage, from whose paragraph's end it may be shorter. Default 100.</summary>
    public int PassageTokens { get; init; } = 100;

    /// <summary>Most tokens of passages in the prompt; null = what the window leaves.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Whether passages are shown in the order of the document, not by rank (Laitenberger et al. 2025). Default yes.</summary>
    public bool DocumentOrder { get; init; } = true;

    /// <summary>How the passages found are read. Default: by scoring when the model is small and can score, else by one prompt.</summary>
    public WorkerKind Worker { get; init; } = WorkerKind.Auto;

    /// <summary>Models with fewer parameters read by scoring. Default 3 billion.</summary>
    public long SmallModelParameters { get; init; } = 3_000_000_000;

    /// <summary>Passages that a small model judges. Default 24.</summary>
    public int ScoredPassages { get; init; } = 24;
}
