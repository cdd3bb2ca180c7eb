using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models.Tensors;

/// <summary>The tensors of one layer; what is null the layer does without. Shapes are checked.</summary>
internal sealed record LayerTensors(AttentionTensors Attention, FeedForwardTensors FeedForward)
{
    /// <summary>On what goes into attention.</summary>
    public NormTensors? AttentionNorm { get; init; }

    /// <summary>On what comes out of attention.</summary>
    public NormTensors? PostAttentionNorm { get; init; }

    /// <summary>On what goes into the feed-forward branch.</summary>
    public NormTensors? FeedForwardNorm { get; init; }

    /// <summary>On what comes out of the feed-forward branch.</summary>
    public NormTensors? PostFeedForwardNorm { get; init; }
}

/// <summary>The tensors of one layer's attention, by kind.</summary>
internal abstract record AttentionTensors;

/// <summary>Grouped-query attention.</summary>
/// <param name="QueryKeyValue">Width to queries, keys and values, in this order, as one tensor or three.</param>
/// <param name="Output">heads · value dim to width.</param>
internal sealed record GroupedAttentionTensors(LinearTensors QueryKeyValue, LinearTensors Output) : AttentionTensors
{
    /// <summary>[key dim], or [heads · key dim].</summary>
    public GgufTensor? QueryNorm { get; init; }

    /// <summary>[key dim], or [kv heads · key dim].</summary>
    public GgufTensor? KeyNorm { get; init; }
}

/// <summary>The tensors of one layer's feed-forward branch, by kind.</summary>
internal abstract record FeedForwardTensors;

/// <summary>One feed-forward network for every token.</summary>
/// <param name="Up">Width to the hidden width: gate and up, in this order, as one tensor or two, or up alone.</param>
/// <param name="Down">Hidden width to width.</param>
internal sealed record DenseTensors(LinearTensors Up, LinearTensors Down) : FeedForwardTensors;
