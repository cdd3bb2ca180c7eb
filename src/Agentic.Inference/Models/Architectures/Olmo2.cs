namespace Agentic.Inference.Models.Architectures;

/// <summary>OLMo 2 and 3: norms on what the branches yield, and over all heads of queries and of keys; OLMo 3 slides in three layers of four, unscaled.</summary>
internal static class Olmo2
{
    public static readonly ArchitectureTraits Traits = new("olmo2")
    {
        NormPlacement = NormPlacement.After,
        QueryKeyNorm = QueryKeyNorm.AllHeads,
        SlidingPeriod = 4,
        SlidingRopeBase = 0,
    };
}
