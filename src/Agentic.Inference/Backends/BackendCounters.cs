namespace Agentic.Inference.Backends;

/// <summary>Counts since a backend was created.</summary>
public sealed class BackendCounters
{
    /// <summary>Calls of <see cref="IComputeBackend.MatMul"/>.</summary>
    public long MatMuls { get; set; }

    /// <summary>Rows that went through batched matrix-matrix kernels.</summary>
    public long BatchedRows { get; set; }

    /// <summary>Rows that went through matrix-vector kernels, one row (or a few) at a time.</summary>
    public long VectorRows { get; set; }
}
