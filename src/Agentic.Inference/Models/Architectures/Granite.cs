using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>Granite 3 and later, dense: scales of its own for embeddings, scores, branches and logits.</summary>
internal static class Granite
{
    public static readonly ArchitectureTraits Traits = new("granite")
    {
        Pairing = RopePairing.Adjacent,
        Honours = ["embedding_scale", "attention.scale", "residual_scale", "logit_scale"],
    };
}
