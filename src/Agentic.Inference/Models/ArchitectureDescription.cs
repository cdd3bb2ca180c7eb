using Agentic.Inference.Backends;
using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models;

/// <summary>What a model's layers are made of, as this engine runs them: the architecture's traits together with what the file says. For people and tools.</summary>
/// <param name="Layers">Number of layers.</param>
/// <param name="Norm"><c>RMS</c> or <c>layer</c>.</param>
/// <param name="NormPlacement">Where the norms of a branch stand: <c>before</c>, <c>after</c> or <c>around</c> it.</param>
/// <param name="ParallelBranches">Whether attention and feed-forward read the same state and are added together.</param>
/// <param name="Attention">The attention branch.</param>
/// <param name="Positions">How a token's place enters.</param>
/// <param name="FeedForward">The feed-forward branch.</param>
public sealed record ArchitectureDescription(
    int Layers, string Norm, string NormPlacement, bool ParallelBranches, AttentionDescription Attention, PositionDescription Positions, FeedForwardDescription FeedForward)
{
    /// <summary>Describes a model by its hyper-parameters.</summary>
    public static ArchitectureDescription Of(ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArchitectureTraits traits = config.Traits;
        return new ArchitectureDescription(
            config.BlockCount,
            traits.Norm == NormKind.Rms ? "RMS" : "layer",
            traits.NormPlacement switch { Architectures.NormPlacement.After => "after", Architectures.NormPlacement.Around => "around", _ => "before" },
            traits.ParallelResidual,
            AttentionDescription.Of(config),
            PositionDescription.Of(config),
            new FeedForwardDescription(traits.Gated ? "gated" : "plain", traits.Activation, config.FeedForwardLength, config.Experts is { } experts ? ExpertDescription.Of(experts) : null));
    }

    /// <summary>One line for people: the stack of layers.</summary>
    public string Summary =>
        $"{Layers} of {Norm} norms {NormPlacement} {(ParallelBranches ? "both branches, which run side by side" : "each branch")}";
}

/// <summary>The attention branch.</summary>
/// <param name="Kind"><c>multi-head</c>, <c>grouped-query</c>, <c>multi-query</c> or <c>multi-head latent</c>.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads of the cache.</param>
/// <param name="KeyDim">Dimensions of a cached key.</param>
/// <param name="ValueDim">Dimensions of a cached value.</param>
/// <param name="QueryKeyNorm">What norms of queries and keys span: <c>each head</c>, <c>all heads</c> or null for none.</param>
/// <param name="SoftCap">Cap on scores; 0 = none.</param>
/// <param name="Sinks">Whether each query head has a sink.</param>
/// <param name="Window">Keys that a sliding layer sees; 0 = no layer slides.</param>
/// <param name="SlidingLayers">Which layers slide.</param>
public sealed record AttentionDescription(
    string Kind, int Heads, int KeyValueHeads, int KeyDim, int ValueDim, string? QueryKeyNorm, float SoftCap, bool Sinks, int Window, IReadOnlyList<int> SlidingLayers)
{
    internal static AttentionDescription Of(ModelConfig config)
    {
        int[] sliding = [.. Enumerable.Range(0, config.BlockCount).Where(layer => config.Layers[layer].Window > 0)];
        return new AttentionDescription(
            config.Latent is not null ? "multi-head latent" : config.HeadCountKv == config.HeadCount ? "multi-head" : config.HeadCountKv == 1 ? "multi-query" : "grouped-query",
            config.HeadCount,
            config.HeadCountKv,
            config.KeyDim,
            config.ValueDim,
            config.Traits.QueryKeyNorm switch { Architectures.QueryKeyNorm.EachHead => "each head", Architectures.QueryKeyNorm.AllHeads => "all heads", _ => null },
            config.AttentionSoftCap,
            config.Traits.AttentionSinks,
            sliding.Length == 0 ? 0 : config.Layers[sliding[0]].Window,
            sliding);
    }

    /// <summary>One line for people.</summary>
    public string Summary
    {
        get
        {
            string text = FormattableString.Invariant($"{Kind}, {Heads} heads over {KeyValueHeads} for keys and values, keys of {KeyDim}, values of {ValueDim}");
            text += QueryKeyNorm is null ? "" : $", queries and keys normed over {QueryKeyNorm}";
            text += SoftCap > 0 ? FormattableString.Invariant($", scores capped at {SoftCap}") : "";
            return text + (Sinks ? ", a sink a head" : "");
        }
    }
}

/// <summary>How a token's place enters.</summary>
/// <param name="Kind"><c>rotary</c> or <c>learned</c>.</param>
/// <param name="Pairing">How rotated dimensions pair up; null when nothing rotates.</param>
/// <param name="RotatedDims">Dimensions of a head that rotate.</param>
/// <param name="Base">Base of the frequencies.</param>
/// <param name="SlidingBase">Base in sliding layers, where it is another; null = the same.</param>
/// <param name="Scaling">Scaling of the frequencies.</param>
/// <param name="Factor">Its factor; 1 = none.</param>
/// <param name="OriginalContext">Window of the first training, when it is scaled; else null.</param>
/// <param name="UnrotatedLayers">Layers that do not rotate.</param>
public sealed record PositionDescription(
    string Kind, RopePairing? Pairing, int RotatedDims, double Base, double? SlidingBase, RopeScalingKind Scaling, double Factor, int? OriginalContext, IReadOnlyList<int> UnrotatedLayers)
{
    internal static PositionDescription Of(ModelConfig config)
    {
        if (config.Traits.Positions == PositionKind.Learned)
        {
            return new PositionDescription("learned", null, 0, 0, null, RopeScalingKind.None, 1, null, []);
        }

        bool scaled = config.RopeScaling.Kind != RopeScalingKind.None;
        return new PositionDescription(
            "rotary",
            config.RopePairing,
            config.Latent?.RopeDim ?? config.RopeDim,
            config.RopeBase,
            config.Layers.Any(layer => layer.Rotation == LayerRotation.Sliding) ? config.SlidingRopeBase : null,
            config.RopeScaling.Kind,
            scaled ? config.RopeScaling.Factor : 1,
            scaled ? config.RopeScaling.OriginalContext : null,
            [.. Enumerable.Range(0, config.BlockCount).Where(layer => config.Layers[layer].Rotation == LayerRotation.None)]);
    }

    /// <summary>One line for people.</summary>
    public string Summary
    {
        get
        {
            if (Kind == "learned")
            {
                return "learned";
            }

            string text = FormattableString.Invariant($"rotary, {RotatedDims} dimensions in {(Pairing == RopePairing.Adjacent ? "neighbours" : "halves")}, base {Base:N0}");
            text += SlidingBase is { } sliding ? FormattableString.Invariant($" ({sliding:N0} in sliding layers)") : "";
            text += Scaling == RopeScalingKind.None ? "" : FormattableString.Invariant($", {Scaling} scaling by {Factor} beyond {OriginalContext:N0}");
            return text + (UnrotatedLayers.Count == 0 ? "" : FormattableString.Invariant($", not in {UnrotatedLayers.Count} layers"));
        }
    }
}

/// <summary>The feed-forward branch.</summary>
/// <param name="Kind"><c>gated</c> or <c>plain</c>.</param>
/// <param name="Activation">Its nonlinearity.</param>
/// <param name="Width">Hidden width of a dense layer.</param>
/// <param name="Experts">The mixture of experts; null when every layer is dense.</param>
public sealed record FeedForwardDescription(string Kind, Activation Activation, int Width, ExpertDescription? Experts)
{
    /// <summary>One line for people.</summary>
    public string Summary => FormattableString.Invariant($"{Kind} {Activation}, {(Experts is null ? $"width {Width}" : Experts.Summary)}");
}

/// <summary>A mixture of experts.</summary>
/// <param name="Count">Experts of a layer.</param>
/// <param name="Used">Experts that a token goes through.</param>
/// <param name="Width">Hidden width of one.</param>
/// <param name="SharedWidth">Hidden width of the expert that every token goes through; 0 = there is none.</param>
/// <param name="Gating">What a router's numbers become.</param>
/// <param name="Normalised">Whether the weights of the chosen are divided by their sum.</param>
/// <param name="Groups">Groups that experts are in.</param>
/// <param name="GroupsUsed">Groups that a token may choose from.</param>
/// <param name="LeadingDenseLayers">Layers before the first with experts.</param>
public sealed record ExpertDescription(int Count, int Used, int Width, int SharedWidth, ExpertGating Gating, bool Normalised, int Groups, int GroupsUsed, int LeadingDenseLayers)
{
    internal static ExpertDescription Of(ExpertConfig experts) => new(
        experts.Routing.Experts, experts.Routing.Used, experts.HiddenLength, experts.SharedHiddenLength, experts.Routing.Gating, experts.Routing.Normalise,
        experts.Routing.Groups, experts.Routing.GroupsUsed, experts.LeadingDenseLayers);

    /// <summary>For people.</summary>
    public string Summary
    {
        get
        {
            string text = FormattableString.Invariant($"{Used} of {Count} experts of width {Width} by {Gating}{(Normalised ? ", renormalised" : "")}");
            text += Groups > 1 ? FormattableString.Invariant($", out of {GroupsUsed} of {Groups} groups") : "";
            text += SharedWidth > 0 ? FormattableString.Invariant($", beside a shared one of {SharedWidth}") : "";
            return text + (LeadingDenseLayers > 0 ? FormattableString.Invariant($", after {LeadingDenseLayers} dense layers") : "");
        }
    }
}
