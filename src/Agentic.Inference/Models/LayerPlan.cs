namespace Agentic.Inference.Models;

/// <summary>How queries and keys of a layer are rotated.</summary>
public enum LayerRotation
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By the model's frequencies.</summary>
    Global,

    /// <summary>By unscaled frequencies of the base for sliding layers.</summary>
    Sliding,
}

/// <summary>What sets one layer of a model apart from another.</summary>
/// <param name="Window">Keys that a query sees, its own and those before it; 0 = all.</param>
/// <param name="Rotation">How queries and keys are rotated.</param>
public readonly record struct LayerPlan(int Window, LayerRotation Rotation);
