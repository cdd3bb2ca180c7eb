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
internal sealed record GroupedAttentionWeights(LinearWeights QueryKeyValue, LinearWeights Output, DeviceBuffer? QueryNorm, DeviceBuffer? KeyNorm) : AttentionWeights;

/// <summary>One layer's feed-forward branch, by kind.</summary>
internal abstract record FeedForwardWeights;

/// <summary>One network for every token; gate and up are one matrix.</summary>
internal sealed record DenseWeights(LinearWeights Up, LinearWeights Down) : FeedForwardWeights;
