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

    /// <summary>[heads]: logits that carry no value.</summary>
    public GgufTensor? Sinks { get; init; }
}

/// <summary>Multi-head latent attention, its key and value expansions folded into queries and outputs.</summary>
/// <param name="Query">Width, or the compressed queries', to heads · query dim.</param>
/// <param name="KeyValue">Width to the compressed keys and values, then the rotated part of the keys.</param>
/// <param name="KeyValueNorm">[rank]</param>
/// <param name="KeyExpansion">Un-rotated query dims to the rank, by head.</param>
/// <param name="ValueExpansion">Rank to value dims, by head.</param>
/// <param name="Output">heads · value dim to width.</param>
internal sealed record LatentAttentionTensors(
    LinearTensors Query, LinearTensors KeyValue, GgufTensor KeyValueNorm, StackTensors KeyExpansion, StackTensors ValueExpansion, LinearTensors Output) : AttentionTensors
{
    /// <summary>Width to the compressed queries; null when they are not compressed.</summary>
    public LinearTensors? QueryCompression { get; init; }

    /// <summary>[query rank], on the compressed queries.</summary>
    public GgufTensor? QueryNorm { get; init; }
}

/// <summary>The tensors of one layer's feed-forward branch, by kind.</summary>
internal abstract record FeedForwardTensors;

/// <summary>One feed-forward network for every token.</summary>
/// <param name="Up">Width to the hidden width: gate and up, in this order, as one tensor or two, or up alone.</param>
/// <param name="Down">Hidden width to width.</param>
internal sealed record DenseTensors(LinearTensors Up, LinearTensors Down) : FeedForwardTensors;

/// <summary>A mixture of experts.</summary>
/// <param name="Router">Width to a number for each expert.</param>
/// <param name="Up">Gate and up, in this order, by expert.</param>
/// <param name="Down">Hidden width to width, by expert.</param>
internal sealed record ExpertTensors(LinearTensors Router, StackTensors Up, StackTensors Down) : FeedForwardTensors
{
    /// <summary>[experts]: added to the scores that the choice goes by.</summary>
    public GgufTensor? SelectionBias { get; init; }

    /// <summary>The expert that every token goes through.</summary>
    public DenseTensors? Shared { get; init; }

    /// <summary>Width to the one number whose sigmoid weighs the shared expert; null = it counts whole.</summary>
    public GgufTensor? SharedGate { get; init; }
}
