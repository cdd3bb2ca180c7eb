using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Blocks;

/// <summary>A linear map in a backend's memory.</summary>
internal sealed record LinearWeights(DeviceMatrix Matrix, DeviceBuffer? Bias);

/// <summary>A norm in a backend's memory.</summary>
internal sealed record NormWeights(DeviceBuffer Weight, DeviceBuffer? Bias);

/// <summary>One layer's weights in a backend's memory; what is null the layer does without.</summary>
internal sealed record LayerWeights(AttentionWeights Attention, FeedForwardWeights FeedForward)
{
    /// <summary>On what goes into attention.</summary>
    public NormWeights? AttentionNorm { get; init; }

    /// <summary>On what comes out of attention.</summary>
    public NormWeights? PostAttentionNorm { get; init; }

    /// <summary>On what goes into the feed-forward branch.</summary>
    public NormWeights? FeedForwardNorm { get; init; }

    /// <summary>On what comes out of the feed-forward branch.</summary>
    public NormWeights? PostFeedForwardNorm { get; init; }
}

/// <summary>One layer's attention, by kind.</summary>
internal abstract record AttentionWeights;

/// <summary>Grouped-query attention; the norms are of queries and keys before rotation.</summary>
internal sealed record GroupedAttentionWeights(LinearWeights QueryKeyValue, LinearWeights Output, DeviceBuffer? QueryNorm, DeviceBuffer? KeyNorm, DeviceBuffer? Sinks) : AttentionWeights;

/// <summary>Multi-head latent attention; parts as in <see cref="Tensors.LatentAttentionTensors"/>.</summary>
internal sealed record LatentAttentionWeights(
    LinearWeights? QueryCompression, DeviceBuffer? QueryNorm, LinearWeights Query, LinearWeights KeyValue, DeviceBuffer KeyValueNorm, LinearWeights KeyExpansion, LinearWeights ValueExpansion, LinearWeights Output)
    : AttentionWeights;

/// <summary>One layer's feed-forward branch, by kind.</summary>
internal abstract record FeedForwardWeights;

/// <summary>One network for every token; gate and up are one matrix.</summary>
internal sealed record DenseWeights(LinearWeights Up, LinearWeights Down) : FeedForwardWeights;

/// <summary>A mixture of experts; gate and up of an expert are one group of a matrix.</summary>
internal sealed record ExpertWeights(LinearWeights Router, LinearWeights Up, LinearWeights Down) : FeedForwardWeights
{
    /// <summary>Added to the scores that the choice goes by.</summary>
    public DeviceBuffer? SelectionBias { get; init; }

    /// <summary>The expert that every token goes through.</summary>
    public DenseWeights? Shared { get; init; }

    /// <summary>One row: the logit of the shared expert's weight.</summary>
    public DeviceMatrix? SharedGate { get; init; }
}
