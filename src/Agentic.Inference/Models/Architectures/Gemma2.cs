using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>Gemma 2: norms around each branch, soft caps, every other layer slides.</summary>
internal static class Gemma2
{
    public static readonly ArchitectureTraits Traits = new("gemma2")
    {
        NormPlacement = NormPlacement.Around,
        Activation = Activation.GeluTanh,
        RootWidthEmbedding = true,
        SlidingPeriod = 2,
        LayersOfWidthScale = 46, // the 27B
        Honours = ["attn_logit_softcapping", "final_logit_softcapping"],
    };
}
