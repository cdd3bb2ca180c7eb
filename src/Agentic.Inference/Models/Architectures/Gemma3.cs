using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>Gemma 3: as Gemma 2, with norms of queries and keys for soft caps, and five sliding layers, with a rotary base of their own, to a full one.</summary>
internal static class Gemma3
{
    public static readonly ArchitectureTraits Traits = new("gemma3")
    {
        NormPlacement = NormPlacement.Around,
        QueryKeyNorm = QueryKeyNorm.EachHead,
        Activation = Activation.GeluTanh,
        RootWidthEmbedding = true,
        SlidingPeriod = 6,
        SlidingRopeBase = 10_000,
        LayersOfWidthScale = 62, // the 27B
        Honours = ["final_logit_softcapping"],
    };
}
