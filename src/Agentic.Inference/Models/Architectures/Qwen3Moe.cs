using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>Qwen3 with experts.</summary>
internal static class Qwen3Moe
{
    public static readonly ArchitectureTraits Traits = new("qwen3moe")
    {
        QueryKeyNorm = QueryKeyNorm.EachHead,
        SlidingPeriod = null,
        Experts = new(ExpertGating.Softmax) { Normalise = true },
    };
}
