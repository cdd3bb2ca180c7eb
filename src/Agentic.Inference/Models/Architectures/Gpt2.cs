using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>GPT-2: learned positions, LayerNorm, biases everywhere, no gate.</summary>
internal static class Gpt2
{
    public static readonly ArchitectureTraits Traits = new("gpt2")
    {
        Positions = PositionKind.Learned,
        Norm = NormKind.Layer,
        Biases = BiasSet.Layers,
        FusedQueryKeyValue = true,
        Activation = Activation.GeluTanh,
        Gated = false,
    };
}
