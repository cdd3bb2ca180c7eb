namespace Agentic.Inference.Models.Architectures;

/// <summary>Qwen2 and Qwen2.5: biases on queries, keys and values.</summary>
internal static class Qwen2
{
    public static readonly ArchitectureTraits Traits = new("qwen2")
    {
        Biases = BiasSet.QueryKeyValue,
        SlidingPeriod = null,
    };
}
