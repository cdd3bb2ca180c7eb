using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>Phi-1 and Phi-2: both branches of a layer read the same normed state.</summary>
internal static class Phi2
{
    public static readonly ArchitectureTraits Traits = new("phi2")
    {
        Norm = NormKind.Layer,
        ParallelResidual = true,
        Biases = BiasSet.Layers | BiasSet.Output,
        FusedQueryKeyValue = true,
        Activation = Activation.GeluTanh,
        Gated = false,
    };
}
