using System.Text;

namespace Agentic.Inference.Gguf;

/// <summary>Reads the key-value pairs of a header.</summary>
internal static class GgufMetadataReader
{
    private const int MaxKeyBytes = 65535;

    public static Dictionary<string, GgufValue> Read(GgufReader reader, int count)
    {
        // A pair takes 13 bytes or more, so the capacity is bounded by the file; still, let it grow with what is really there.
        var pairs = new Dictionary<string, GgufValue>(Math.Min(count, 256), StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var key = reader.String($"key of metadata pair {i}", MaxKeyBytes);
            if (key.Length == 0)
            {
                throw reader.Error($"key of metadata pair {i}", "is empty; a key has at least one character.");
            }

            var shown = FileText.Show(key);
            if (!pairs.TryAdd(key, Value(reader, shown)))
            {
                throw reader.Error(shown, "is there twice; a key may occur once.");
            }
        }

        return pairs;
    }

    private static GgufValue Value(GgufReader reader, string key)
    {
        var type = (GgufValueType)reader.UInt32(key);
        switch (type)
        {
            case GgufValueType.String:
                {
                    var bytes = reader.StringBytes(key);
                    return new(type, type, 1, reader.Position - bytes.Length, Text: Encoding.UTF8.GetString(bytes));
                }

            case GgufValueType.Array:
                return Array(reader, key);
            default:
                {
                    var offset = reader.Position;
                    return new(type, type, 1, offset, Scalar(reader, type, key));
                }
        }
    }

    private static long Scalar(GgufReader reader, GgufValueType type, string key) => type switch
    {
        GgufValueType.UInt8 => reader.Byte(key),
        GgufValueType.Int8 => (sbyte)reader.Byte(key),
        GgufValueType.UInt16 => reader.Byte(key) | (reader.Byte(key) << 8),
        GgufValueType.Int16 => (short)(reader.Byte(key) | (reader.Byte(key) << 8)),
        GgufValueType.UInt32 or GgufValueType.Float32 => reader.UInt32(key),
        GgufValueType.Int32 => (int)reader.UInt32(key),
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => (long)reader.UInt64(key),
        GgufValueType.Bool => reader.Byte(key) is var b && b <= 1 ? b : throw reader.Error(key, $"is a bool with the byte {b}; 0 or 1 was expected."),
        _ => throw reader.Error(key, $"has the value type {(uint)type}, which GGUF does not define."),
    };

    private static GgufValue Array(GgufReader reader, string key)
    {
        var element = (GgufValueType)reader.UInt32(key);
        if (element == GgufValueType.Array)
        {
            throw reader.Error(key, "is an array of arrays; only arrays of scalars and strings are read.");
        }

        var size = GgufValueTypes.Bytes(element);
        if (size == 0 && element != GgufValueType.String)
        {
            throw reader.Error(key, $"is an array of element type {(uint)element}, which GGUF does not define.");
        }

        var count = reader.Count(Math.Max(size, element == GgufValueType.String ? 8 : 1), key);
        var offset = reader.Position;
        if (element == GgufValueType.String)
        {
            for (var i = 0; i < count; i++)
            {
                reader.StringBytes(key);
            }
        }
        else if ((long)count * size > int.MaxValue)
        {
            throw reader.Error(key, $"is an array of {count} elements of {size} bytes; at most {int.MaxValue} bytes are read.");
        }
        else
        {
            reader.Skip((long)count * size, key);
        }

        return new(GgufValueType.Array, element, count, offset);
    }
}
