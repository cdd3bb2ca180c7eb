using Agentic.Inference.Embeddings;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Cli.Models;

/// <summary>What <c>model info</c> says of a GGUF file.</summary>
internal sealed record ModelInfo
{
    private const long ActivationBytesPerValue = 4;
    private const int ChunkRows = 512;

    public required string Path { get; init; }

    public required string Name { get; init; }

    public required string Architecture { get; init; }

    public required bool Supported { get; init; }

    /// <summary>Whether it makes vectors instead of text.</summary>
    public bool Embeds { get; init; }

    public string? WeightsId { get; init; }

    public required long Parameters { get; init; }

    public required long FileBytes { get; init; }

    public required int GgufVersion { get; init; }

    public long? Context { get; init; }

    public long? Layers { get; init; }

    public long? Embedding { get; init; }

    public long? FeedForward { get; init; }

    public long? Heads { get; init; }

    public long? KvHeads { get; init; }

    public long? Vocabulary { get; init; }

    public required TokenizerInfo Tokenizer { get; init; }

    public required bool ChatTemplate { get; init; }

    /// <summary>Tensors by number type, the largest share first.</summary>
    public required IReadOnlyList<QuantisationInfo> Quantisation { get; init; }

    /// <summary>What its layers are made of; null for an embedding model.</summary>
    public ArchitectureDescription? Description { get; init; }

    public MemoryInfo? Memory { get; init; }

    /// <summary>Reads a file and checks it as the engine would.</summary>
    /// <exception cref="ModelException">The file cannot be read, or it is of a kind that nothing here understands.</exception>
    public static ModelInfo Read(string path, int? window = null, KvType kvType = KvType.Float16)
    {
        using GgufFile file = GgufFile.Open(path);
        string architecture = file.String("general.architecture");
        if (EmbeddingModelConfig.IsEmbeddingModel(file))
        {
            EmbeddingModelConfig encoder = EmbeddingModelConfig.Read(file);
            _ = Inference.Tokenization.Tokenizer.FromGguf(file);
            return Describe(file, architecture) with { Name = encoder.Name, WeightsId = ModelCheck.WeightsId(file), Embeds = true };
        }

        ModelConfig config = ModelCheck.Read(file);
        _ = Inference.Tokenization.Tokenizer.FromGguf(file);
        return Describe(file, architecture) with { Name = config.Name, WeightsId = ModelCheck.WeightsId(file), Parameters = config.ParameterCount, Description = ArchitectureDescription.Of(config), Memory = Estimate(file, config, window, kvType) };
    }

    private static ModelInfo Describe(GgufFile file, string architecture)
    {
        long? Key(string key) => file.TryInteger($"{architecture}.{key}");
        return new ModelInfo
        {
            Path = file.Path,
            Name = file.TryString("general.name") ?? System.IO.Path.GetFileNameWithoutExtension(file.Path),
            Architecture = architecture,
            Supported = true,
            Parameters = file.Tensors.Sum(t => t.Count),
            FileBytes = file.Length,
            GgufVersion = file.Version,
            Context = Key("context_length"),
            Layers = Key("block_count"),
            Embedding = Key("embedding_length"),
            FeedForward = Key("feed_forward_length"),
            Heads = Key("attention.head_count"),
            KvHeads = Key("attention.head_count_kv") ?? Key("attention.head_count"),
            Vocabulary = file.Metadata.GetValueOrDefault("tokenizer.ggml.tokens")?.Count,
            Tokenizer = new TokenizerInfo(file.TryString("tokenizer.ggml.model"), file.TryString("tokenizer.ggml.pre")),
            ChatTemplate = !string.IsNullOrEmpty(file.TryString("tokenizer.chat_template")),
            Quantisation =
            [
                .. file.Tensors.GroupBy(t => t.Type)
                    .Select(g => new QuantisationInfo(GgmlTypes.Name(g.Key), g.Count(), g.Sum(t => t.Count), g.Sum(t => t.Bytes)))
                    .OrderByDescending(q => q.Bytes),
            ],
        };
    }

    private static MemoryInfo Estimate(GgufFile file, ModelConfig config, int? window, KvType kvType)
    {
        int tokens = Math.Min(window ?? config.ContextLength, config.ContextLength);
        var format = new KvPageFormat(kvType, config.BlockCount, config.HeadCountKv, config.KeyDim, config.ValueDim);
        long pages = ((long)tokens + KvPageFormat.PageTokens - 1) / KvPageFormat.PageTokens;
        long weights = file.Tensors.Sum(t => t.Bytes);
        long widths = 4L * config.EmbeddingLength + 2L * config.FeedForwardLength + (config.HeadCount + 2L * config.HeadCountKv) * config.KeyDim;
        long activations = ChunkRows * widths * ActivationBytesPerValue + config.VocabularySize * ActivationBytesPerValue;
        long kv = pages * format.PageBytes;
        return new MemoryInfo(weights, tokens, kv, activations, weights + kv + activations);
    }
}
