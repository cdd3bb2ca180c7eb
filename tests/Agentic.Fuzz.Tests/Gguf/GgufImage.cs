using System.Buffers.Binary;

namespace Agentic.Fuzz.Tests.Gguf;

/// <summary>A GGUF file taken apart into its fields, so that damage hits fields and not mostly the texts of tokens.</summary>
internal sealed class GgufImage
{
    private static readonly int[] ValueSizes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

    public uint Version { get; set; } = 3;

    public ulong? TensorCount { get; set; }

    public ulong? PairCount { get; set; }

    public List<(byte[] Key, uint Type, byte[] Value)> Pairs { get; } = [];

    public List<(byte[] Name, ulong[] Dimensions, uint Type, ulong Offset)> Tensors { get; } = [];

    public byte[] Data { get; set; } = [];

    public static GgufImage Parse(ReadOnlySpan<byte> file)
    {
        var image = new GgufImage();
        int at = 24;
        ulong tensors = BinaryPrimitives.ReadUInt64LittleEndian(file[8..]);
        ulong pairs = BinaryPrimitives.ReadUInt64LittleEndian(file[16..]);
        for (ulong i = 0; i < pairs; i++)
        {
            byte[] key = Text(file, ref at);
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(file[at..]);
            at += 4;
            int length = ValueLength(file[at..], type);
            image.Pairs.Add((key, type, file.Slice(at, length).ToArray()));
            at += length;
        }

        for (ulong i = 0; i < tensors; i++)
        {
            byte[] name = Text(file, ref at);
            var dimensions = new ulong[BinaryPrimitives.ReadUInt32LittleEndian(file[at..])];
            at += 4;
            for (int d = 0; d < dimensions.Length; d++, at += 8)
            {
                dimensions[d] = BinaryPrimitives.ReadUInt64LittleEndian(file[at..]);
            }

            image.Tensors.Add((name, dimensions, BinaryPrimitives.ReadUInt32LittleEndian(file[at..]), BinaryPrimitives.ReadUInt64LittleEndian(file[(at + 4)..])));
            at += 12;
        }

        image.Data = file[((at + 31) / 32 * 32)..].ToArray();
        return image;
    }

    public GgufImage Clone()
    {
        var clone = new GgufImage { Version = Version, TensorCount = TensorCount, PairCount = PairCount, Data = Data };
        clone.Pairs.AddRange(Pairs);
        clone.Tensors.AddRange(Tensors);
        return clone;
    }

    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write(TensorCount ?? (ulong)Tensors.Count);
        writer.Write(PairCount ?? (ulong)Pairs.Count);
        foreach ((byte[] key, uint type, byte[] value) in Pairs)
        {
            writer.Write((ulong)key.Length);
            writer.Write(key);
            writer.Write(type);
            writer.Write(value);
        }

        foreach ((byte[] name, ulong[] dimensions, uint type, ulong offset) in Tensors)
        {
            writer.Write((ulong)name.Length);
            writer.Write(name);
            writer.Write((uint)dimensions.Length);
            foreach (ulong dimension in dimensions)
            {
                writer.Write(dimension);
            }

            writer.Write(type);
            writer.Write(offset);
        }

        writer.Write(new byte[(32 - stream.Length % 32) % 32]);
        writer.Write(Data);
        return stream.ToArray();
    }

    private static byte[] Text(ReadOnlySpan<byte> file, ref int at)
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file[at..]);
        byte[] text = file.Slice(at + 8, length).ToArray();
        at += 8 + length;
        return text;
    }

    private static int ValueLength(ReadOnlySpan<byte> value, uint type)
    {
        if (type == 8)
        {
            return 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(value);
        }

        if (type != 9)
        {
            return ValueSizes[type];
        }

        uint element = BinaryPrimitives.ReadUInt32LittleEndian(value);
        ulong count = BinaryPrimitives.ReadUInt64LittleEndian(value[4..]);
        int length = 12;
        for (ulong i = 0; i < count; i++)
        {
            length += ValueLength(value[length..], element);
        }

        return length;
    }
}
