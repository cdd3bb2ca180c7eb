namespace Agentic.Inference.Models.Architectures;

/// <summary>OLMo 2: norms on what the branches yield, and over all heads of queries and of keys.</summary>
internal static class Olmo2
{
    public static readonly ArchitectureTraits Traits = new("olmo2")
    {
        NormPlacement = NormPlacement.After,
        QueryKeyNorm = QueryKeyNorm.AllHeads,
    };
}
