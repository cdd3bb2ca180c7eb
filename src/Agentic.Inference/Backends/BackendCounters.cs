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

    /// <summary>Bytes of weights, keys and values that operations read: products count their matrix once (of stacked ones at most a part a row), attention the whole cache of each sequence. 0 where a backend does not count.</summary>
    public long BytesRead { get; set; }

    /// <summary>Multiply-adds of products with weights; attention's are not counted. 0 where a backend does not count.</summary>
    public long MultiplyAdds { get; set; }
}
