using Agentic.Inference.Backends;

namespace Agentic.Inference.Models;

/// <summary>A model's mixture of experts.</summary>
/// <param name="Routing">How a token's experts are chosen and weighted.</param>
/// <param name="HiddenLength">Hidden width of one expert.</param>
public sealed record ExpertConfig(ExpertRouting Routing, int HiddenLength)
{
    /// <summary>Hidden width of the expert that every token goes through; 0 = there is none.</summary>
    public int SharedHiddenLength { get; init; }

    /// <summary>Leading layers that have one dense network instead of experts.</summary>
    public int LeadingDenseLayers { get; init; }
}
