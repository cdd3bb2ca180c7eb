namespace Agentic.Inference.Models.Architectures;

/// <summary>The norm of a model's residual stream.</summary>
internal enum NormKind
{
    /// <summary>Root mean square, no bias.</summary>
    Rms,

    /// <summary>Mean and variance, with a bias (LayerNorm).</summary>
    Layer,
}
