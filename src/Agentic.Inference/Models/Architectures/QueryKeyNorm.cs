namespace Agentic.Inference.Models.Architectures;

/// <summary>What the RMS norms of queries and keys span.</summary>
internal enum QueryKeyNorm
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>Each head by itself, all with the same weights.</summary>
    EachHead,

    /// <summary>All heads together, a weight for each dimension of each.</summary>
    AllHeads,
}
