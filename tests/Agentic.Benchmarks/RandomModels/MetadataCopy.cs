using System.Text;
using Agentic.Inference.Gguf;

namespace Agentic.Benchmarks.RandomModels;

/// <summary>The metadata of a file with some values replaced or added, under the keys of another architecture.</summary>
internal sealed class MetadataCopy(GgufFile source, string oldArchitecture, string architecture)
{
    private readonly Dictionary<string, object> _replaced = new(StringComparer.Ordinal);

    /// <summary>Replaces or adds a value: a <see cref="uint"/> or a <see cref="string"/>.</summary>
    public object this[string key]
    {
        set => _replaced[key] = value;
    }

    /// <summary>Writes the count and all pairs.</summary>
    public void Write(BinaryWriter writer)
    {
        (string Key, string Old, GgufValue Value)[] kept = [.. source.Metadata.Where(p => p.Key != "general.alignment").Select(p => (Renamed(p.Key), p.Key, p.Value)).Where(p => !_replaced.ContainsKey(p.Item1))];
        writer.Write((ulong)(kept.Length + _replaced.Count));
        foreach ((string key, object value) in _replaced)
        {
            WriteText(writer, key);
            writer.Write((uint)(value is uint ? GgufValueType.UInt32 : GgufValueType.String));
            if (value is uint number) writer.Write(number);
            else WriteText(writer, (string)value);
        }

        foreach ((string key, string old, GgufValue value) in kept)
        {
            WriteText(writer, key);
            writer.Write((uint)value.Type);
            WriteValue(writer, old, value);
        }
    }

    /// <summary>Writes a length and UTF-8 bytes.</summary>
    public static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private string Renamed(string key) => key.StartsWith(oldArchitecture + ".", StringComparison.Ordinal) ? architecture + key[oldArchitecture.Length..] : key;

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
