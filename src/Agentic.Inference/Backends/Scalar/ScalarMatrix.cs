using Agentic.Inference.Gguf;

namespace Agentic.Inference.Backends.Scalar;

/// <summary>Weights kept byte for byte as the file has them; rows are decoded when they are needed.</summary>
internal sealed class ScalarMatrix : DeviceMatrix
{
    private readonly ScalarBackend _owner;
    private List<Part> _parts;

    private ScalarMatrix(ScalarBackend owner, List<Part> parts, int columns)
        : base(parts.Sum(part => part.Rows), columns, parts.Sum(part => (long)part.Bytes.Length))
    {
        _owner = owner;
        _parts = parts;
        owner.Resident += Bytes;
    }

    public static unsafe ScalarMatrix Create(ScalarBackend owner, ReadOnlySpan<MatrixSource> sources)
    {
        var parts = new List<Part>();
        foreach (MatrixSource source in sources)
        {
            int rowBytes = checked((int)(source.Columns / GgmlTypes.BlockSize(source.Type) * GgmlTypes.BlockBytes(source.Type)));
            if (source.Columns != sources[0].Columns)
            {
                throw new ArgumentException($"Parts of one matrix must be equally wide: {source.Columns} and {sources[0].Columns}.", nameof(sources));
            }

            byte[] bytes = new byte[(long)rowBytes * source.Rows];
            new ReadOnlySpan<byte>(source.Bytes, bytes.Length).CopyTo(bytes);
            parts.Add(new Part(source.Type, source.Rows, rowBytes, bytes));
        }

        return new ScalarMatrix(owner, parts, sources[0].Columns);
    }

    /// <summary>Whether any row meets rounded activations in the int8 mode.</summary>
    public bool HasQuantisedRows => _parts.Any(part => IsQuantised(part.Type));

    /// <summary>Decodes a row; says whether its type is a quantised one.</summary>
    public bool DecodeRow(int row, Span<float> target)
    {
        foreach (Part part in _parts)
        {
            if (row < part.Rows)
            {
                Dequantizer.Dequantize(part.Type, part.Bytes.AsSpan(row * part.RowBytes, part.RowBytes), target);
                return IsQuantised(part.Type);
            }

            row -= part.Rows;
        }

        throw new ArgumentOutOfRangeException(nameof(row));
    }

    protected override void Dispose(bool disposing)
    {
        _owner.Resident -= _parts.Sum(part => (long)part.Bytes.Length);
        _parts = [];
    }

    private static bool IsQuantised(GgmlType type) => type is not (GgmlType.F32 or GgmlType.F16 or GgmlType.BF16);

    private sealed record Part(GgmlType Type, int Rows, int RowBytes, byte[] Bytes);
}
