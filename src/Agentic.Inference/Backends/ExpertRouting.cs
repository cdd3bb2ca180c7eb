namespace Agentic.Inference.Backends;

/// <summary>What a router's numbers become before experts are chosen.</summary>
public enum ExpertGating
{
    /// <summary>Probabilities over all experts (softmax), then the choice.</summary>
    Softmax,

    /// <summary>Each number for itself: 1 / (1 + e⁻ˣ) (DeepSeek-V3).</summary>
    Sigmoid,

    /// <summary>The choice by the numbers themselves, then the softmax over the chosen (gpt-oss).</summary>
    SoftmaxOfChosen,
}

/// <summary>How a row's experts are chosen and weighted.</summary>
/// <remarks>
/// Scores s = gating(router). The choice goes by s + selection bias: with groups, the best <see cref="GroupsUsed"/> groups stay, a group counting as
/// much as its <see cref="GroupBest"/> best experts together, and the experts of the others are out; then the best <see cref="Used"/>, ties to the lower number. The
/// weights are s (without the bias), divided by their sum if <see cref="Normalise"/>, times <see cref="Scale"/>.
/// </remarks>
/// <param name="Experts">Number of experts.</param>
/// <param name="Used">How many a row goes through.</param>
/// <param name="Gating">What scores are.</param>
public sealed record ExpertRouting(int Experts, int Used, ExpertGating Gating)
{
    /// <summary>Whether the weights of the chosen are divided by their sum.</summary>
    public bool Normalise { get; init; }

    /// <summary>Factor on the weights. Default 1.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>Number of equal groups that experts are in. Default 1.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Groups that a row may choose from. Default 1.</summary>
    public int GroupsUsed { get; init; } = 1;

    /// <summary>Experts of a group that decide what it counts: 2 in DeepSeek-V3 (the default), 1 in DeepSeek-V2.</summary>
    public int GroupBest { get; init; } = 2;
}
