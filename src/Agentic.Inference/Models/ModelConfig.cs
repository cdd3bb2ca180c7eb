using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models;

/// <summary>Hyper-parameters of a model, read from a file's metadata and checked. Immutable, thread-safe.</summary>
public sealed record ModelConfig
{
    /// <summary>Architecture: <c>llama</c> or <c>qwen2</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The model's own name; when the file gives none, the file's name.</summary>
    public required string Name { get; init; }

    /// <summary>Window of the training in tokens; numbers beyond 2³¹−1 are capped to it. Nothing may be allocated by it unasked.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int EmbeddingLength { get; init; }

    /// <summary>Number of layers.</summary>
    public required int BlockCount { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int FeedForwardLength { get; init; }

    /// <summary>Query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Key and value heads; divides <see cref="HeadCount"/>.</summary>
    public required int HeadCountKv { get; init; }

    /// <summary>Dimensions of a query or key head.</summary>
    public required int KeyDim { get; init; }

    /// <summary>Dimensions of a value head.</summary>
    public required int ValueDim { get; init; }

    /// <summary>Leading dimensions of a head that rotate; even, at most <see cref="KeyDim"/>.</summary>
    public required int RopeDim { get; init; }

    /// <summary>Base of the rotary frequencies.</summary>
    public required double RopeBase { get; init; }

    /// <summary>Scaling of the rotary frequencies.</summary>
    public required RopeScaling RopeScaling { get; init; }

    /// <summary>How the dimensions of a head pair up; follows from the architecture.</summary>
    public required RopePairing RopePairing { get; init; }

    /// <summary>Epsilon of the RMS norms.</summary>
    public required float RmsEpsilon { get; init; }

    /// <summary>Number of tokens, and of rows of the embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Number of weights in the file (a tied output counts once).</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Reads and checks the metadata.</summary>
    /// <exception cref="GgufFormatException">A key is missing, of the wrong type, or absurd.</exception>
    /// <exception cref="ModelNotSupportedException">The architecture, or something that it asks for, is not supported.</exception>
    public static ModelConfig Read(GgufFile file) => ModelConfigReader.Read(file);

    /// <summary>The rotary angles of this model.</summary>
    /// <param name="file">The file that this was read from; its <c>rope_freqs.weight</c> is honoured.</param>
    /// <param name="window">Tokens that a sequence may reach, for dynamic NTK scaling; 0 = <see cref="ContextLength"/>.</param>
    /// <exception cref="GgufFormatException"><c>rope_freqs.weight</c> does not fit.</exception>
    public RopeTable CreateRopeTable(GgufFile file, int window = 0)
    {
        ArgumentNullException.ThrowIfNull(file);
        var factors = RopeFactors.Read(file, RopeDim);
        var (frequencies, magnitude) = RopeFrequencies.Create(RopeDim, RopeBase, RopeScaling, factors, window == 0 ? ContextLength : window);
        return new RopeTable(frequencies, RopePairing, (float)magnitude);
    }
}
