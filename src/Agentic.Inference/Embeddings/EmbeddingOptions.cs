using Agentic.Inference.Backends;

namespace Agentic.Inference.Embeddings;

/// <summary>How an embedding model is loaded and used.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>Which backend computes. Default: the fastest that the processor allows, with 8-bit activations.</summary>
    public BackendOptions Backend { get; init; } = new();

    /// <summary>Most tokens of a text, those that open and close it included; null = what the model takes. Smaller numbers keep to a model's habit (all-MiniLM-L6-v2 was tuned at 256).</summary>
    public int? MaxTokens { get; init; }

    /// <summary>What happens to longer texts. Default: they are refused.</summary>
    public LongText LongText { get; init; } = LongText.Refuse;

    /// <summary>How token vectors become one; null = as the file says.</summary>
    public Pooling? Pooling { get; init; }

    /// <summary>Whether vectors get the Euclidean length 1. Default true.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Most tokens computed at once, of one or several texts; at least the longest text. Default 1,024.</summary>
    public int BatchTokens { get; init; } = 1024;
}
