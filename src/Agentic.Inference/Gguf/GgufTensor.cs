namespace Agentic.Inference.Gguf;

/// <summary>Where a tensor lies in a file and what it is.</summary>
/// <param name="Name">Name, such as <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Type">Element type; may be one that the engine cannot compute with.</param>
/// <param name="Dimensions">One to four sizes, contiguous dimension first: a matrix is [columns, rows].</param>
/// <param name="Offset">First byte, from the start of the file.</param>
/// <param name="Bytes">Length of the data.</param>
public sealed record GgufTensor(string Name, GgmlType Type, IReadOnlyList<long> Dimensions, long Offset, long Bytes)
{
    /// <summary>Values a row: the contiguous (input) dimension.</summary>
    public long Columns => Dimensions[0];

    /// <summary>Number of rows: the product of the other dimensions, 1 for a vector.</summary>
    public long Rows => Dimensions.Skip(1).Aggregate(1L, (rows, size) => rows * size);

    /// <summary>Number of values.</summary>
    public long Count => Columns * Rows;

    /// <summary>The shape for messages, contiguous dimension first: <c>576 × 49152</c>.</summary>
    public string Shape => string.Join(" × ", Dimensions);
}
