using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>DeepSeek-V2 and V3: compressed keys and values, dense layers first, then experts beside shared ones.</summary>
internal static class DeepSeek2
{
    public static readonly ArchitectureTraits Traits = new("deepseek2")
    {
        Pairing = RopePairing.Adjacent,
        LatentAttention = true,
        Experts = new(ExpertGating.Softmax),
    };
}
