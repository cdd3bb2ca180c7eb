using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models;

/// <summary>The tensors of one layer; what is null the layer does without. Shapes are checked.</summary>
/// <param name="AttentionNorm">[width]</param>
/// <param name="Query">[width, heads · key dim]</param>
/// <param name="Key">[width, kv heads · key dim]</param>
/// <param name="Value">[width, kv heads · value dim]</param>
/// <param name="AttentionOutput">[heads · value dim, width]</param>
/// <param name="FeedForwardNorm">[width]</param>
/// <param name="Gate">[width, feed-forward]</param>
/// <param name="Up">[width, feed-forward]</param>
/// <param name="Down">[feed-forward, width]</param>
internal sealed record LayerTensors(
    GgufTensor AttentionNorm,
    GgufTensor Query,
    GgufTensor Key,
    GgufTensor Value,
    GgufTensor AttentionOutput,
    GgufTensor FeedForwardNorm,
    GgufTensor Gate,
    GgufTensor Up,
    GgufTensor Down)
{
    /// <summary>Added to the queries before rotation.</summary>
    public GgufTensor? QueryBias { get; init; }

    /// <summary>Added to the keys before rotation.</summary>
    public GgufTensor? KeyBias { get; init; }

    /// <summary>Added to the values.</summary>
    public GgufTensor? ValueBias { get; init; }

    /// <summary>Added to the attention's output.</summary>
    public GgufTensor? AttentionOutputBias { get; init; }

    /// <summary>Added to the gate.</summary>
    public GgufTensor? GateBias { get; init; }

    /// <summary>Added to the up projection.</summary>
    public GgufTensor? UpBias { get; init; }

    /// <summary>Added to the down projection.</summary>
    public GgufTensor? DownBias { get; init; }
}
