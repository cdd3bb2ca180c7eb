using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>SmolLM3: every fourth layer does not rotate (NoPE).</summary>
internal static class SmolLm3
{
    public static readonly ArchitectureTraits Traits = new("smollm3")
    {
        Pairing = RopePairing.Adjacent,
        UnrotatedPeriod = 4,
        SlidingPeriod = null,
    };
}
