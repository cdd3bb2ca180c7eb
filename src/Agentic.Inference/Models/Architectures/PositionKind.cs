namespace Agentic.Inference.Models.Architectures;

/// <summary>How a token's place enters a model.</summary>
internal enum PositionKind
{
    /// <summary>Queries and keys are rotated (RoFormer).</summary>
    Rotary,

    /// <summary>A learned vector a position is added to the embedding.</summary>
    Learned,
}
