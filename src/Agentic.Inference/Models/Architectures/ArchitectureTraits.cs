using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>
/// What sets an architecture apart from plain llama without its rope pairing: RMS norms before each branch, rotary positions, SwiGLU, no
/// biases required. Everything that a file says itself (sizes, scales, tied output, factors of frequencies) is read from it instead.
/// </summary>
/// <param name="Name">The value of <c>general.architecture</c>.</param>
internal sealed record ArchitectureTraits(string Name)
{
    /// <summary>How a token's place enters.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Rotary;

    /// <summary>How the rotated dimensions of a head pair up; files do not say it.</summary>
    public RopePairing Pairing { get; init; } = RopePairing.Half;

    /// <summary>One layer in so many leaves queries and keys unrotated (the last of each run); 0 = none.</summary>
    public int UnrotatedPeriod { get; init; }

    /// <summary>Which norm, everywhere but on queries and keys.</summary>
    public NormKind Norm { get; init; } = NormKind.Rms;

    /// <summary>Where norms stand in a branch.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Before;

    /// <summary>Name of the norm before the feed-forward branch.</summary>
    public string FeedForwardNorm { get; init; } = "ffn_norm";

    /// <summary>Whether both branches of a layer read the same normed state and are added together; such layers have no norm before the feed-forward branch.</summary>
    public bool ParallelResidual { get; init; }

    /// <summary>What the RMS norms of queries and keys, before rotation, span.</summary>
    public QueryKeyNorm QueryKeyNorm { get; init; } = QueryKeyNorm.None;

    /// <summary>Biases that must be there; others may be.</summary>
    public BiasSet Biases { get; init; } = BiasSet.None;

    /// <summary>Whether queries, keys and values may be one tensor, <c>attn_qkv</c>, in this order.</summary>
    public bool FusedQueryKeyValue { get; init; }

    /// <summary>Whether <c>ffn_up</c> holds the gate's rows and then its own.</summary>
    public bool FusedGateUp { get; init; }

    /// <summary>The nonlinearity of the feed-forward branch.</summary>
    public Activation Activation { get; init; } = Activation.Silu;

    /// <summary>Whether a gate of its own goes through the nonlinearity and multiplies the up projection.</summary>
    public bool Gated { get; init; } = true;

    /// <summary>The mixture of experts that a file may ask for; null = none.</summary>
    public ExpertTraits? Experts { get; init; }

    /// <summary>Whether keys and values are compressed (multi-head latent attention).</summary>
    public bool LatentAttention { get; init; }

    /// <summary>Whether each query head has a logit that takes part in the softmax and carries no value.</summary>
    public bool AttentionSinks { get; init; }

    /// <summary>Whether YaRN's ramp starts and ends at whole pairs.</summary>
    public bool YarnRoundsRamp { get; init; } = true;

    /// <summary>Whether embeddings are multiplied by the root of their width.</summary>
    public bool RootWidthEmbedding { get; init; }

    /// <summary>
    /// With a sliding window, which layers slide: all but the last of each run of so many; 0 = all; null = cannot be told, so that a window is
    /// refused. A pattern in the file goes before.
    /// </summary>
    public int? SlidingPeriod { get; init; } = 0;

    /// <summary>
    /// Sliding layers rotate by unscaled frequencies of this base, unless the file gives it (0 = that of the others); null = as the others.
    /// </summary>
    public double? SlidingRopeBase { get; init; }

    /// <summary>A model of so many layers scales scores by 1/√(width / heads) and not by 1/√(key dim); 0 = none does.</summary>
    public int LayersOfWidthScale { get; init; }

    /// <summary>Keys that change what is computed, which this architecture honours and others refuse.</summary>
    public IReadOnlyList<string> Honours { get; init; } = [];
}
