using System.Buffers.Binary;
using System.Text;

namespace Agentic.Inference.Gguf;

/// <summary>Reads the header of a mapped file front to back. Every length is held against the bytes that remain before anything is read or allocated.</summary>
internal sealed unsafe class GgufReader(string path, byte* start, long length)
{
    /// <summary>Offset of the next byte.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes after <see cref="Position"/>.</summary>
    public long Remaining => length - Position;

    public byte Byte(string field) => *Take(1, field);

    public uint UInt32(string field) => BinaryPrimitives.ReadUInt32LittleEndian(new(Take(4, field), 4));

    public ulong UInt64(string field) => BinaryPrimitives.ReadUInt64LittleEndian(new(Take(8, field), 8));

    /// <summary>A count of things of at least <paramref name="minBytes"/> bytes each, so that it cannot exceed what the file holds.</summary>
    public int Count(int minBytes, string field)
    {
        var count = UInt64(field);
        return count <= (ulong)(Remaining / minBytes) && count <= int.MaxValue
            ? (int)count
            : throw Error(field, $"says {count}, but only {Remaining} bytes follow, and each takes at least {minBytes}: the number is wrong or the file is cut off.");
    }

    /// <summary>A string's bytes as they lie in the file.</summary>
    public ReadOnlySpan<byte> StringBytes(string field, int maxBytes = int.MaxValue)
    {
        var size = UInt64(field);
        if (size > (ulong)Remaining)
        {
            throw Error(field, $"is a string of {size} bytes, but only {Remaining} bytes follow: the length is wrong or the file is cut off.");
        }

        if (size > (ulong)maxBytes)
        {
            throw Error(field, $"is a string of {size} bytes; at most {maxBytes} are allowed.");
        }

        return new(Take((long)size, field), (int)size);
    }

    /// <summary>A string; invalid UTF-8 becomes U+FFFD.</summary>
    public string String(string field, int maxBytes = int.MaxValue) => Encoding.UTF8.GetString(StringBytes(field, maxBytes));

    public void Skip(long bytes, string field) => Take(bytes, field);

    public GgufFormatException Error(string field, string problem) => new(path, field, problem);

    public ModelNotSupportedException NotSupported(string field, string problem) => new(path, field, problem);

    private byte* Take(long bytes, string field)
    {
        if (bytes > Remaining)
        {
            throw Error(field, $"is cut off: it takes {bytes} bytes at offset {Position}, and the file has {length}.");
        }

        var at = start + Position;
        Position += bytes;
        return at;
    }
}
