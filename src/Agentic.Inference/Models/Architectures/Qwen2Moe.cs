using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>Qwen1.5 and Qwen2 with experts: one of them is shared by all tokens, through a gate.</summary>
internal static class Qwen2Moe
{
    public static readonly ArchitectureTraits Traits = new("qwen2moe")
    {
        Biases = BiasSet.QueryKeyValue,
        SlidingPeriod = null,
        Experts = new(ExpertGating.Softmax) { SharedGate = true },
    };
}
