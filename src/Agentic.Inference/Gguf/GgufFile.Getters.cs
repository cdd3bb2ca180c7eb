using System.Buffers.Binary;

namespace Agentic.Inference.Gguf;

/// <content>Typed access to metadata. Whole numbers are accepted in any integer width, since writers differ.</content>
public sealed unsafe partial class GgufFile
{
    /// <summary>A text value.</summary>
    /// <exception cref="GgufFormatException">The key is missing or not a string.</exception>
    public string String(string key) => TryString(key) ?? throw Missing(key);

    /// <summary>A text value; null when the key is missing.</summary>
    /// <exception cref="GgufFormatException">The value is not a string.</exception>
    public string? TryString(string key) =>
        !Metadata.TryGetValue(key, out var value) ? null : value.Text ?? throw Wrong(key, value, "a string");

    /// <summary>A whole number from 0 to 2³²−1.</summary>
    /// <exception cref="GgufFormatException">The key is missing, not an integer, or out of range.</exception>
    public uint UInt(string key) => TryUInt(key) ?? throw Missing(key);

    /// <summary>A whole number from 0 to 2³²−1; null when the key is missing.</summary>
    /// <exception cref="GgufFormatException">The value is not an integer or out of range.</exception>
    public uint? TryUInt(string key) => TryInteger(key) switch
    {
        null => null,
        >= 0 and <= uint.MaxValue and var value => (uint)value,
        var value => throw new GgufFormatException(Path, key, $"is {value}; a number from 0 to {uint.MaxValue} was expected."),
    };

    /// <summary>A whole number; null when the key is missing.</summary>
    /// <exception cref="GgufFormatException">The value is not an integer or exceeds 2⁶³−1.</exception>
    public long? TryInteger(string key) =>
        !Metadata.TryGetValue(key, out var value) ? null : value.TryGetInteger(out var number) ? number : throw Wrong(key, value, "an integer");

    /// <summary>A floating-point number.</summary>
    /// <exception cref="GgufFormatException">The key is missing or not a float.</exception>
    public double Float(string key) => TryFloat(key) ?? throw Missing(key);

    /// <summary>A floating-point number; null when the key is missing.</summary>
    /// <exception cref="GgufFormatException">The value is not a float.</exception>
    public double? TryFloat(string key) =>
        !Metadata.TryGetValue(key, out var value) ? null : value.TryGetFloat(out var number) ? number : throw Wrong(key, value, "an f32");

    /// <summary>A truth value.</summary>
    /// <exception cref="GgufFormatException">The key is missing or not a bool.</exception>
    public bool Bool(string key) => TryBool(key) ?? throw Missing(key);

    /// <summary>A truth value; null when the key is missing.</summary>
    /// <exception cref="GgufFormatException">The value is not a bool.</exception>
    public bool? TryBool(string key) =>
        !Metadata.TryGetValue(key, out var value) ? null : value.Type == GgufValueType.Bool ? value.Bits != 0 : throw Wrong(key, value, "a bool");

    /// <summary>An array of strings; null when the key is missing.</summary>
    /// <exception cref="GgufFormatException">The value is not an array of strings, or has 2 GiB or more.</exception>
    public Utf8Strings? TryStrings(string key)
    {
        if (!TryArray(key, t => t == GgufValueType.String, "an array of strings", out var value))
        {
            return null;
        }

        var ends = new int[value.Count];
        var at = Start + value.Offset;
        long total = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            var size = Size(at);
            total += size;
            if (total > Array.MaxLength)
            {
                throw new GgufFormatException(Path, key, $"holds more than {Array.MaxLength} bytes of text.");
            }

            ends[i] = (int)total;
            at += 8 + size;
        }

        var bytes = new byte[total];
        at = Start + value.Offset;
        for (var i = 0; i < ends.Length; i++)
        {
            var size = (int)Size(at);
            new ReadOnlySpan<byte>(at + 8, size).CopyTo(bytes.AsSpan(ends[i] - size));
            at += 8 + size;
        }

        return new Utf8Strings(bytes, ends);
    }

    /// <summary>An array of integers of any width; null when the key is missing.</summary>
    /// <exception cref="GgufFormatException">The value is not an array of integers, or one of them does not fit 32 bits signed.</exception>
    public int[]? TryInts(string key)
    {
        if (!TryArray(key, GgufValueTypes.IsInteger, "an array of integers", out var value))
        {
            return null;
        }

        var width = GgufValueTypes.Bytes(value.ElementType);
        var result = new int[value.Count];
        for (var i = 0; i < result.Length; i++)
        {
            var number = Integer(new(Start + value.Offset + ((long)i * width), width), value.ElementType);
            result[i] = number is >= int.MinValue and <= int.MaxValue
                ? (int)number
                : throw new GgufFormatException(Path, key, $"has a number at index {i} that does not fit 32 bits.");
        }

        return result;
    }

    /// <summary>An array of booleans, or of integers where any but 0 is true; null when the key is missing.</summary>
    /// <exception cref="GgufFormatException">The value is not such an array.</exception>
    public bool[]? TryBools(string key)
    {
        if (!TryArray(key, t => t == GgufValueType.Bool || GgufValueTypes.IsInteger(t), "an array of booleans", out var value))
        {
            return null;
        }

        return value.ElementType == GgufValueType.Bool
            ? [.. new ReadOnlySpan<byte>(Start + value.Offset, checked((int)value.Count)).ToArray().Select(b => b != 0)]
            : [.. TryInts(key)!.Select(n => n != 0)];
    }

    /// <summary>An array of f32; null when the key is missing.</summary>
    /// <exception cref="GgufFormatException">The value is not an array of f32.</exception>
    public float[]? TryFloats(string key)
    {
        if (!TryArray(key, t => t == GgufValueType.Float32, "an array of f32", out var value))
        {
            return null;
        }

        var result = new float[value.Count];
        Quantisation.FloatBlocks.DecodeF32(new(Start + value.Offset, result.Length * 4), result);
        return result;
    }

    internal GgufFormatException Missing(string key) => new(Path, key, "is missing.");

    private bool TryArray(string key, Func<GgufValueType, bool> accepts, string expected, out GgufValue value)
    {
        if (!Metadata.TryGetValue(key, out value!))
        {
            return false;
        }

        return value.Type == GgufValueType.Array && accepts(value.ElementType) ? true : throw Wrong(key, value, expected);
    }

    private GgufFormatException Wrong(string key, GgufValue value, string expected) =>
        new(Path, key, $"is of type {value.TypeName}; {expected} was expected.");

    /// <summary>Length of a string at <paramref name="at"/>; it was held against the file when the header was read.</summary>
    private static long Size(byte* at) => BinaryPrimitives.ReadInt64LittleEndian(new(at, 8));

    private static long Integer(ReadOnlySpan<byte> bytes, GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => bytes[0],
        GgufValueType.Int8 => (sbyte)bytes[0],
        GgufValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        GgufValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
        GgufValueType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        GgufValueType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
        GgufValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes) is var n and <= long.MaxValue ? (long)n : long.MaxValue,
    };
}
