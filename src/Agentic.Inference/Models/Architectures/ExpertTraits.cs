using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Architectures;

/// <summary>What files do not say about an architecture's mixture of experts.</summary>
/// <param name="Gating">What a router's numbers become, unless the file says it.</param>
internal sealed record ExpertTraits(ExpertGating Gating)
{
    /// <summary>Whether the weights of the chosen are divided by their sum, unless the file says it.</summary>
    public bool Normalise { get; init; }

    /// <summary>Whether there is a shared expert with a gate of its own.</summary>
    public bool SharedGate { get; init; }

    /// <summary>Whether router and experts have biases.</summary>
    public bool Biases { get; init; }
}
