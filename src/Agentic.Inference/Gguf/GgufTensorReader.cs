namespace Agentic.Inference.Gguf;

/// <summary>Reads the tensor infos of a header and places them in the data section.</summary>
internal static class GgufTensorReader
{
    private const int MaxDimensions = 4;
    private const int MaxNameBytes = 64;

    /// <summary>A tensor whose offset is still relative to the data section.</summary>
    private readonly record struct Info(string Name, GgmlType Type, long[] Dimensions, ulong Offset, long Bytes);

    /// <summary>Reads <paramref name="count"/> infos; <paramref name="fileLength"/> bounds their data.</summary>
    public static List<GgufTensor> Read(GgufReader reader, int count, uint alignment, long fileLength)
    {
        var infos = new List<Info>(Math.Min(count, 1024));
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var info = ReadInfo(reader, i, fileLength);
            if (!names.Add(info.Name))
            {
                throw reader.Error(info.Name, "is there twice; a tensor name may occur once.");
            }

            infos.Add(info);
        }

        var data = (reader.Position + alignment - 1) / alignment * alignment;
        if (count > 0 && data > fileLength)
        {
            throw reader.Error("tensor data", $"begins at offset {data}, but the file ends at {fileLength}.");
        }

        var tensors = infos.ConvertAll(info => Place(reader, info, data, alignment, fileLength));
        RefuseOverlaps(reader, tensors);
        return tensors;
    }

    private static Info ReadInfo(GgufReader reader, int index, long fileLength)
    {
        var field = $"name of tensor {index}";
        var name = reader.String(field, MaxNameBytes);
        if (name.Length == 0)
        {
            throw reader.Error(field, "is empty; a tensor name has at least one character.");
        }

        var dimensions = reader.UInt32(name);
        if (dimensions is 0 or > MaxDimensions)
        {
            throw reader.Error(name, $"has {dimensions} dimensions; 1 to {MaxDimensions} were expected.");
        }

        var sizes = new long[dimensions];
        long values = 1;
        for (var d = 0; d < sizes.Length; d++)
        {
            var size = reader.UInt64(name);
            // No type packs more than 32 values into a byte, so this also keeps every product far from overflow.
            if (size == 0 || size > (ulong)(fileLength * 32 / values))
            {
                throw reader.Error(name, $"has the size {size} in dimension {d}; 1 to what {fileLength} bytes can hold was expected.");
            }

            sizes[d] = (long)size;
            values *= (long)size;
        }

        var type = (GgmlType)reader.UInt32(name);
        return new(name, type, sizes, reader.UInt64(name), DataBytes(reader, name, type, sizes, values));
    }

    private static long DataBytes(GgufReader reader, string name, GgmlType type, long[] sizes, long values)
    {
        if (!Enum.IsDefined(type))
        {
            throw reader.Error(name, $"has the element type {(uint)type}, which GGUF does not define or no longer allows.");
        }

        var block = GgmlTypes.BlockSize(type);
        if (block == 0)
        {
            throw reader.NotSupported(name, $"is stored as {GgmlTypes.Name(type)}, which is not supported.");
        }

        return sizes[0] % block == 0
            ? values / block * GgmlTypes.BlockBytes(type)
            : throw reader.Error(name, $"has rows of {sizes[0]} values; {GgmlTypes.Name(type)} needs a multiple of {block}.");
    }

    private static GgufTensor Place(GgufReader reader, Info info, long data, uint alignment, long fileLength)
    {
        if (info.Offset % alignment != 0)
        {
            throw reader.Error(info.Name, $"has the offset {info.Offset}; a multiple of the alignment {alignment} was expected.");
        }

        var room = fileLength - data;
        return info.Bytes <= room && info.Offset <= (ulong)(room - info.Bytes)
            ? new GgufTensor(info.Name, info.Type, info.Dimensions, data + (long)info.Offset, info.Bytes)
            : throw reader.Error(info.Name, $"takes {info.Bytes} bytes at offset {info.Offset} of the data section, which has only {room} bytes: the offset is wrong or the file is cut off.");
    }

    private static void RefuseOverlaps(GgufReader reader, List<GgufTensor> tensors)
    {
        var order = tensors.OrderBy(t => t.Offset).ToArray();
        for (var i = 1; i < order.Length; i++)
        {
            var (before, tensor) = (order[i - 1], order[i]);
            if (before.Offset + before.Bytes > tensor.Offset)
            {
                throw reader.Error(tensor.Name, $"has an offset inside the data of {before.Name}; tensors must not overlap.");
            }
        }
    }
}
