namespace Agentic.Inference.Models.Architectures;

/// <summary>Phi-3 and Phi-4: one tensor for queries, keys and values, one for gate and up.</summary>
internal static class Phi3
{
    public static readonly ArchitectureTraits Traits = new("phi3")
    {
        FusedQueryKeyValue = true,
        FusedGateUp = true,
    };
}
