namespace Agentic.Inference.Models.Architectures;

/// <summary>Qwen3: queries and keys are normed head by head.</summary>
internal static class Qwen3
{
    public static readonly ArchitectureTraits Traits = new("qwen3")
    {
        QueryKeyNorm = QueryKeyNorm.EachHead,
        SlidingPeriod = null,
    };
}
