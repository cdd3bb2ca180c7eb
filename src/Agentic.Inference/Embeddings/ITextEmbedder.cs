namespace Agentic.Inference.Embeddings;

/// <summary>What a generator of embeddings stands on. Thread-safe.</summary>
internal interface ITextEmbedder : IDisposable
{
    /// <summary>The model's own name.</summary>
    string Name { get; }

    /// <summary>Numbers of an embedding.</summary>
    int Dimensions { get; }

    /// <summary>Embeds texts, together where it can.</summary>
    Task<EmbeddingBatch> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);
}
