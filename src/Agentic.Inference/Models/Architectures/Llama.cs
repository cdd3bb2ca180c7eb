using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>Llama 2 and 3, SmolLM, Mistral, TinyLlama and others that were converted to it; Mixtral, with experts.</summary>
internal static class Llama
{
    public static readonly ArchitectureTraits Traits = new("llama")
    {
        Pairing = RopePairing.Adjacent,
        Experts = new(ExpertGating.Softmax) { Normalise = true },
    };
}
