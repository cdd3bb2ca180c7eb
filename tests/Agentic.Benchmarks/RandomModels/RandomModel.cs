using Agentic.Inference.Gguf;

namespace Agentic.Benchmarks.RandomModels;

/// <summary>
/// The shape of a dense llama model with other weights, perhaps of another width or architecture. Types of tensors follow llama.cpp's quantiser: the matrix of the logits is Q6_K (Q8_0 in a Q8_0
/// file), vectors stay F32, and where a row is no multiple of a super-block Q4_K becomes Q5_0, Q5_K Q5_1, and Q6_K Q8_0.
/// </summary>
internal sealed class RandomModel
{
    private const int Alignment = 32;
    private readonly MetadataCopy _metadata;

    private RandomModel(MetadataCopy metadata, IReadOnlyList<RandomTensor> tensors)
    {
        _metadata = metadata;
        Tensors = tensors;
    }

    /// <summary>Tensors in the order of the file.</summary>
    public IReadOnlyList<RandomTensor> Tensors { get; }

    /// <summary>Plans a model like another. Another width takes as many heads of the same size as fit, and a feed-forward width in proportion, rounded up to a multiple of 256.</summary>
    /// <exception cref="ArgumentException">The width is no multiple of the head size, or leaves query heads that the KV heads do not divide.</exception>
    public static RandomModel Like(GgufFile source, GgmlType type, RandomShape shape)
    {
        string old = source.String("general.architecture"), architecture = shape.Architecture ?? old;
        long oldWidth = source.UInt($"{old}.embedding_length"), oldForward = source.UInt($"{old}.feed_forward_length");
        long heads = source.UInt($"{old}.attention.head_count"), kvHeads = source.UInt($"{old}.attention.head_count_kv");
        long headSize = oldWidth / heads, newWidth = shape.Width ?? oldWidth;
        long newForward = shape.Width is null ? oldForward : (oldForward * newWidth / oldWidth + 255) / 256 * 256;
        if (newWidth % headSize != 0 || newWidth / headSize % kvHeads != 0)
            throw new ArgumentException($"A width of {newWidth} is not {kvHeads} times a number of heads of {headSize}.", nameof(shape));

        var metadata = new MetadataCopy(source, old, architecture)
        {
            ["general.architecture"] = architecture,
            ["general.name"] = $"random {architecture} {type}",
            [$"{architecture}.embedding_length"] = (uint)newWidth,
            [$"{architecture}.feed_forward_length"] = (uint)(shape.Experts?.Width ?? newForward),
            [$"{architecture}.attention.head_count"] = (uint)(newWidth / headSize),
            ["general.file_type"] = FileType(type),
        };
        if (shape.Experts is { } experts)
        {
            metadata[$"{architecture}.expert_count"] = (uint)experts.Count;
            metadata[$"{architecture}.expert_used_count"] = (uint)experts.Used;
            metadata[$"{architecture}.expert_feed_forward_length"] = (uint)experts.Width;
        }

        var tensors = source.Tensors.Select(t => (t.Name, Sizes: (long[])[.. t.Dimensions.Select(d => d == oldWidth ? newWidth : d == oldForward ? newForward : d)]))
            .SelectMany(t => shape.Tensors(t.Name, t.Sizes, headSize));
        return new RandomModel(metadata, [.. tensors.Select(t => new RandomTensor(t.Name, TypeOf(t.Name, t.Sizes, type), t.Sizes))]);
    }

    /// <summary>Writes the file. The same seed gives the same bytes.</summary>
    public void Write(string path, int seed)
    {
        using FileStream stream = File.Create(path);
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)Tensors.Count);
        _metadata.Write(writer);
        long offset = 0;
        foreach (RandomTensor tensor in Tensors)
        {
            MetadataCopy.WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Dimensions.Length);
            foreach (long size in tensor.Dimensions) writer.Write(size);
            writer.Write((uint)tensor.Type);
            writer.Write(offset);
            offset += Padded(tensor.Bytes);
        }

        writer.Write(new byte[Padded(stream.Position) - stream.Position]);
        var random = new Random(seed);
        foreach (RandomTensor tensor in Tensors)
        {
            byte[] row = new byte[tensor.RowBytes];
            for (long done = 0; done < tensor.Bytes; done += row.Length)
            {
                RandomBlocks.Fill(tensor, random, row);
                writer.Write(row);
            }

            writer.Write(new byte[Padded(tensor.Bytes) - tensor.Bytes]);
        }
    }

    private static GgmlType TypeOf(string name, long[] sizes, GgmlType type)
    {
        if (sizes.Length == 1 || name.EndsWith("ffn_gate_inp.weight", StringComparison.Ordinal)) return GgmlType.F32;
        if (name is "token_embd.weight" or "output.weight") type = type == GgmlType.Q8_0 ? type : GgmlType.Q6_K;
        return sizes[0] % GgmlTypes.BlockSize(type) == 0 ? type : type switch
        {
            GgmlType.Q4_K => GgmlType.Q5_0,
            GgmlType.Q5_K => GgmlType.Q5_1,
            _ => GgmlType.Q8_0,
        };
    }

    /// <summary>The format's number for a file that is mostly of a type.</summary>
    private static uint FileType(GgmlType type) => type switch
    {
        GgmlType.Q4_0 => 2,
        GgmlType.Q4_1 => 3,
        GgmlType.Q8_0 => 7,
        GgmlType.Q5_0 => 8,
        GgmlType.Q5_1 => 9,
        GgmlType.Q4_K => 14,
        GgmlType.Q5_K => 16,
        _ => 18,
    };

    private static long Padded(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
