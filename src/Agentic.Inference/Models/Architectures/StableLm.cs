namespace Agentic.Inference.Models.Architectures;

/// <summary>StableLM 2 up to 3B: LayerNorm, a part of each head rotates.</summary>
internal static class StableLm
{
    public static readonly ArchitectureTraits Traits = new("stablelm")
    {
        Norm = NormKind.Layer,
    };
}
