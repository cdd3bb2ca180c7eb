using System.Text;
using Agentic.Inference.Gguf;

namespace Agentic.Benchmarks.RandomModels;

/// <summary>The metadata of a file with some values replaced.</summary>
internal sealed class MetadataCopy(GgufFile source)
{
    private readonly Dictionary<string, object> _replaced = new(StringComparer.Ordinal);

    /// <summary>Replaces a value that the source has; others are left out.</summary>
    public object this[string key]
    {
        set => _replaced[key] = value;
    }

    /// <summary>Writes the count and all pairs.</summary>
    public void Write(BinaryWriter writer)
    {
        KeyValuePair<string, GgufValue>[] pairs = [.. source.Metadata.Where(p => p.Key != "general.alignment")];
        writer.Write((ulong)pairs.Length);
        foreach ((string key, GgufValue value) in pairs)
        {
            WriteText(writer, key);
            switch (_replaced.GetValueOrDefault(key))
            {
                case uint number:
                    writer.Write((uint)GgufValueType.UInt32);
                    writer.Write(number);
                    break;
                case string text:
                    writer.Write((uint)GgufValueType.String);
                    WriteText(writer, text);
                    break;
                default:
                    writer.Write((uint)value.Type);
                    WriteValue(writer, key, value);
                    break;
            }
        }
    }

    /// <summary>Writes a length and UTF-8 bytes.</summary>
    public static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private void WriteValue(BinaryWriter writer, string key, GgufValue value)
    {
        if (value.Type == GgufValueType.String)
        {
            WriteText(writer, value.Text!);
        }
        else if (value.Type == GgufValueType.Array)
        {
            writer.Write((uint)value.ElementType);
            writer.Write((ulong)value.Count);
            if (value.ElementType == GgufValueType.String) WriteTexts(writer, source.TryStrings(key)!);
            else WriteBytes(writer, value.Offset, value.Count * Size(value.ElementType));
        }
        else
        {
            WriteBytes(writer, value.Offset, Size(value.Type));
        }
    }

    private static void WriteTexts(BinaryWriter writer, Utf8Strings texts)
    {
        for (int i = 0; i < texts.Count; i++)
        {
            writer.Write((ulong)texts[i].Length);
            writer.Write(texts[i]);
        }
    }

    private void WriteBytes(BinaryWriter writer, long offset, long count)
    {
        using FileStream file = File.OpenRead(source.Path);
        file.Position = offset;
        byte[] bytes = new byte[count];
        file.ReadExactly(bytes);
        writer.Write(bytes);
    }

    private static int Size(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => throw new NotSupportedException($"Arrays of {type} cannot be copied."),
    };
}
