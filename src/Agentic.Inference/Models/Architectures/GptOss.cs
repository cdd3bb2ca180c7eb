using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>gpt-oss: attention sinks, every other layer slides, biases everywhere, experts with a clamped gate.</summary>
internal static class GptOss
{
    public static readonly ArchitectureTraits Traits = new("gpt-oss")
    {
        FeedForwardNorm = "post_attention_norm",
        Biases = BiasSet.QueryKeyValue | BiasSet.AttentionOutput,
        AttentionSinks = true,
        SlidingPeriod = 2,
        YarnRoundsRamp = false,
        Activation = Activation.ClampedSwish,
        Experts = new(ExpertGating.SoftmaxOfChosen) { Biases = true },
    };
}
