namespace Agentic.Inference.Models.Architectures;

/// <summary>Where the norms of a branch (attention or feed-forward) stand.</summary>
internal enum NormPlacement
{
    /// <summary>On what goes in.</summary>
    Before,

    /// <summary>On what comes out, before it is added to the residual stream.</summary>
    After,

    /// <summary>On both.</summary>
    Around,
}
