using Agentic.Inference.Gguf;

namespace Agentic.Benchmarks.RandomModels;

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Dimensions">Contiguous dimension first.</param>
internal sealed record RandomTensor(string Name, GgmlType Type, long[] Dimensions)
{
    /// <summary>Values a row.</summary>
    public long Columns => Dimensions[0];

    /// <summary>Bytes of a row.</summary>
    public long RowBytes => GgmlTypes.Bytes(Type, Columns);

    /// <summary>Bytes of all rows.</summary>
    public long Bytes => RowBytes * Dimensions.Skip(1).Aggregate(1L, (a, b) => a * b);
}
