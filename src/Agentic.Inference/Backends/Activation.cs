namespace Agentic.Inference.Backends;

/// <summary>Functions of one number that feed-forward blocks apply.</summary>
public enum Activation
{
    /// <summary>x · σ(x), with σ(x) = 1 / (1 + e⁻ˣ).</summary>
    Silu,

    /// <summary>0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 x³))): the approximation that gemma, gpt2, phi2 and starcoder2 were trained with.</summary>
    GeluTanh,

    /// <summary>0.5 · x · (1 + erf(x / √2)): the exact one (BERT).</summary>
    GeluErf,

    /// <summary>σ(x).</summary>
    Sigmoid,

    /// <summary>gpt-oss: g = min(x, 7), g · σ(1.702 g). As a gate it multiplies (u + 1) with u clamped to ±7.</summary>
    ClampedSwish,
}
