using System.Text;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Tests.Gguf;

/// <summary>Writes small GGUF files for tests; starts as a valid model of one layer, width 8, two heads and four tokens.</summary>
internal sealed class GgufBuilder
{
    private readonly Dictionary<string, byte[]> _pairs = new(StringComparer.Ordinal);
    private readonly List<(string Name, GgmlType Type, long[] Dimensions)> _tensors = [];
    private Random? _random;

    public GgufBuilder(string architecture = "llama")
    {
        Architecture = architecture;
        Set("general.architecture", architecture);
        SetArch("block_count", 1u).SetArch("context_length", 64u).SetArch("embedding_length", 8u).SetArch("feed_forward_length", 8u)
            .SetArch("attention.head_count", 2u).SetArch("attention.layer_norm_rms_epsilon", 1e-5f);
        Set("tokenizer.ggml.model", "gpt2").Set("tokenizer.ggml.tokens", new[] { "a", "b", "ab", "<e>" }).Set("tokenizer.ggml.merges", new[] { "a b" });
        Tensor("token_embd.weight", 8, 4).Tensor("output_norm.weight", 8);
        foreach (var name in new[] { "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down" })
        {
            Tensor($"blk.0.{name}.weight", 8, 8);
        }

        Tensor("blk.0.attn_norm.weight", 8).Tensor("blk.0.ffn_norm.weight", 8);
    }

    public string Architecture { get; }

    public GgufBuilder SetArch(string key, object value) => Set($"{Architecture}.{key}", value);

    public GgufBuilder Set(string key, object value)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write((uint)TypeOf(value));
        WriteValue(writer, value);
        _pairs[key] = stream.ToArray();
        return this;
    }

    public GgufBuilder Remove(string key)
    {
        Assert(_pairs.Remove(key));
        return this;
    }

    public GgufBuilder Tensor(string name, params long[] dimensions) => Tensor(name, GgmlType.F32, dimensions);

    public GgufBuilder Tensor(string name, GgmlType type, params long[] dimensions)
    {
        _tensors.RemoveAll(t => t.Name == name);
        _tensors.Add((name, type, dimensions));
        return this;
    }

    /// <summary>Takes all tensors away.</summary>
    public GgufBuilder Clear()
    {
        _tensors.Clear();
        return this;
    }

    /// <summary>Fills the F32 tensors with random numbers in place of ones: vectors far from their defaults, matrices so that sums keep their size.</summary>
    public GgufBuilder Randomise(int seed)
    {
        _random = new Random(seed);
        return this;
    }

    public GgufBuilder RemoveTensor(string name)
    {
        Assert(_tensors.RemoveAll(t => t.Name == name) == 1);
        return this;
    }

    public TemporaryFile Write(string name = "model.gguf") => new(Build(), name);

    public byte[] Build()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_pairs.Count);
        foreach (var (key, value) in _pairs)
        {
            WriteValue(writer, key);
            writer.Write(value);
        }

        ulong offset = 0;
        foreach (var (name, type, dimensions) in _tensors)
        {
            WriteValue(writer, name);
            writer.Write((uint)dimensions.Length);
            Array.ForEach(dimensions, writer.Write);
            writer.Write((uint)type);
            writer.Write(offset);
            offset += (ulong)Padded(type, dimensions);
        }

        writer.Write(new byte[(32 - (stream.Length % 32)) % 32]);
        foreach (var (_, type, dimensions) in _tensors)
        {
            var data = new byte[Padded(type, dimensions)];
            for (var i = 0; type == GgmlType.F32 && i + 4 <= data.Length; i += 4)
            {
                BitConverter.TryWriteBytes(data.AsSpan(i), _random is null ? 1f : RandomValue(_random, dimensions));
            }

            writer.Write(data);
        }

        return stream.ToArray();
    }

    private static float RandomValue(Random random, long[] dimensions) =>
        dimensions.Length == 1 ? random.NextSingle() + 0.5f : (random.NextSingle() - 0.5f) * 5 / MathF.Sqrt(dimensions[0]);

    private static long Padded(GgmlType type, long[] dimensions) =>
        (GgmlTypes.Bytes(type, dimensions.Aggregate(1L, (a, b) => a * b)) + 31) / 32 * 32;

    private static GgufValueType TypeOf(object value) => value switch
    {
        uint => GgufValueType.UInt32,
        int => GgufValueType.Int32,
        ulong => GgufValueType.UInt64,
        long => GgufValueType.Int64,
        float => GgufValueType.Float32,
        double => GgufValueType.Float64,
        bool => GgufValueType.Bool,
        string => GgufValueType.String,
        Array => GgufValueType.Array,
        _ => throw new ArgumentException($"{value.GetType()} has no place in a GGUF file.", nameof(value)),
    };

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint v: writer.Write(v); break;
            case int v: writer.Write(v); break;
            case ulong v: writer.Write(v); break;
            case long v: writer.Write(v); break;
            case float v: writer.Write(v); break;
            case double v: writer.Write(v); break;
            case bool v: writer.Write(v); break;
            case string v:
                var bytes = Encoding.UTF8.GetBytes(v);
                writer.Write((ulong)bytes.Length);
                writer.Write(bytes);
                break;
            case Array v:
                writer.Write((uint)TypeOf(v.GetValue(0)!));
                writer.Write((ulong)v.Length);
                foreach (var element in v)
                {
                    WriteValue(writer, element);
                }

                break;
        }
    }

    private static void Assert(bool condition) => Xunit.Assert.True(condition);
}
