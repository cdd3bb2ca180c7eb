using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>StarCoder2: LayerNorm, biases everywhere, no gate.</summary>
internal static class StarCoder2
{
    public static readonly ArchitectureTraits Traits = new("starcoder2")
    {
        Norm = NormKind.Layer,
        Biases = BiasSet.Layers,
        Activation = Activation.GeluTanh,
        Gated = false,
    };
}
