namespace Agentic.Inference.Models;

/// <summary>How rotary angles are stretched beyond the window of the first training.</summary>
public enum RopeScalingKind
{
    /// <summary>Not at all (a <c>rope_freqs</c> tensor may still divide the frequencies).</summary>
    None,

    /// <summary>Position interpolation (Chen et al. 2023): all frequencies divided by the factor.</summary>
    Linear,

    /// <summary>NTK-aware, fixed: the base grows to base · factor^(n / (n − 2)).</summary>
    Ntk,

    /// <summary>NTK-aware, dynamic: the base grows with the window in use beyond the original one.</summary>
    DynamicNtk,

    /// <summary>YaRN (Peng et al. 2023): low frequencies are interpolated, high ones kept, cos and sin enlarged.</summary>
    Yarn,
}

/// <summary>Parameters of the scaling of rotary angles.</summary>
/// <param name="Kind">Which scaling.</param>
/// <param name="Factor">How many times the window grows; positive, 1 = no change.</param>
/// <param name="OriginalContext">Window of the first training, in tokens.</param>
/// <param name="AttentionFactor">Additional factor on cos and sin; 1 = none. YaRN's own 1 + 0.1·ln(factor) is not part of it.</param>
/// <param name="BetaFast">YaRN: pairs with more rotations than this over the original context keep their frequency. Default 32.</param>
/// <param name="BetaSlow">YaRN: pairs with fewer rotations than this are interpolated. Default 1.</param>
/// <param name="ExtrapolationFactor">YaRN: share of the unscaled frequency where it is kept. Default 1; 0 makes it linear.</param>
/// <param name="LogMultiplier">YaRN as DeepSeek has it: cos and sin keep their size, and scores grow by (1 + LogMultiplier · ln factor)²; 0 = usual YaRN.</param>
/// <param name="RoundsRamp">YaRN: whether the ends of the ramp between kept and interpolated pairs are rounded outwards to whole pairs. Default true.</param>
public sealed record RopeScaling(
    RopeScalingKind Kind,
    double Factor,
    int OriginalContext,
    double AttentionFactor = 1,
    double BetaFast = 32,
    double BetaSlow = 1,
    double ExtrapolationFactor = 1,
    double LogMultiplier = 0,
    bool RoundsRamp = true)
{
    /// <summary>Factor on attention scores.</summary>
    public float ScoreFactor => Kind == RopeScalingKind.Yarn ? (float)Math.Pow(1 + (LogMultiplier * Math.Log(Factor)), 2) : 1;
}
