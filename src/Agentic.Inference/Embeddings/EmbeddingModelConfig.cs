using Agentic.Inference.Gguf;
using Agentic.Inference.Models;

namespace Agentic.Inference.Embeddings;

/// <summary>Hyper-parameters of an encoder (BERT, Devlin et al. 2018), read from a file's metadata and checked. Immutable, thread-safe.</summary>
public sealed record EmbeddingModelConfig
{
    /// <summary>The architecture that is understood.</summary>
    public const string Architecture = "bert";

    /// <summary>The model's own name; when the file gives none, the file's name.</summary>
    public required string Name { get; init; }

    /// <summary>Most tokens of a text, those that open and close it included: rows of the position table.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Width of a token's vector and of an embedding.</summary>
    public required int EmbeddingLength { get; init; }

    /// <summary>Number of layers.</summary>
    public required int BlockCount { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int FeedForwardLength { get; init; }

    /// <summary>Attention heads; divides <see cref="EmbeddingLength"/>.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Epsilon of the layer norms.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>How the model's tokens are pooled.</summary>
    public required Pooling Pooling { get; init; }

    /// <summary>Number of tokens of the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Rows of the token-type table; row 0 is used.</summary>
    public required int TokenTypeCount { get; init; }

    /// <summary>Multiplications with weights for one token.</summary>
    public long MatMulsPerToken => (long)BlockCount * (4L * EmbeddingLength * EmbeddingLength + 2L * EmbeddingLength * FeedForwardLength);

    /// <summary>Whether a file holds an embedding model of this kind.</summary>
    public static bool IsEmbeddingModel(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.TryString("general.architecture") == Architecture;
    }

    /// <summary>Reads and checks the metadata.</summary>
    /// <exception cref="GgufFormatException">A key is missing, of the wrong type, or absurd.</exception>
    /// <exception cref="ModelNotSupportedException">The architecture, or something that it asks for, is not supported.</exception>
    public static EmbeddingModelConfig Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!IsEmbeddingModel(file))
        {
            throw new ModelNotSupportedException(
                file.Path, "general.architecture", $"is '{FileText.Show(file.String("general.architecture"))}', which is not an embedding model; {Architecture} is.", "Take an embedding model such as all-MiniLM-L6-v2.");
        }

        var keys = new HyperParameters(file, Architecture);
        keys.RefuseUnlessZero("rope.freq_base", "rotary positions");
        keys.RefuseUnlessZero("expert_count", "a mixture of experts");
        if (file.TryBool(keys.Key("attention.causal")) == true)
        {
            throw keys.NotSupported("attention.causal", "is true: an encoder's tokens see all others.");
        }

        int width = keys.Count("embedding_length");
        int heads = keys.Count("attention.head_count");
        if (width % heads != 0)
        {
            throw keys.Error("attention.head_count", $"is {heads}; a divisor of {keys.Key("embedding_length")}, which is {width}, was expected.");
        }

        int layers = keys.Count("block_count");
        if (layers > file.Tensors.Count)
        {
            throw keys.Error("block_count", $"is {layers}, but the file has only {file.Tensors.Count} tensors.");
        }

        int pooling = keys.Has("pooling_type") ? keys.Count("pooling_type") : (int)Pooling.Mean;
        return new EmbeddingModelConfig
        {
            Name = file.TryString("general.name") is { Length: > 0 } name ? name : Path.GetFileNameWithoutExtension(file.Path),
            ContextLength = keys.Count("context_length"),
            EmbeddingLength = width,
            BlockCount = layers,
            FeedForwardLength = keys.Count("feed_forward_length"),
            HeadCount = heads,
            NormEpsilon = (float)keys.Float("attention.layer_norm_epsilon", null, minimum: 0),
            Pooling = Enum.IsDefined((Pooling)pooling) ? (Pooling)pooling : throw keys.NotSupported("pooling_type", $"is {pooling}; mean (1), first (2) and last (3) are supported."),
            VocabularySize = TokenizerMetadata.Read(file).Tokens.Count,
            TokenTypeCount = (int)(file.TryInteger("tokenizer.ggml.token_type_count") is { } types and > 0 and < 1024 ? types : 1),
        };
    }
}
