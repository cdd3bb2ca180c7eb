using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models;

/// <summary>Hyper-parameters of a model, read from a file's metadata and checked. Immutable, thread-safe.</summary>
public sealed record ModelConfig
{
    /// <summary>Architecture by the name that files give it: <c>llama</c>, <c>qwen2</c>, …</summary>
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

    /// <summary>Epsilon of the norms.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>The layers in order: which slide, and how they rotate.</summary>
    public required IReadOnlyList<LayerPlan> Layers { get; init; }

    /// <summary>Base of the rotary frequencies in layers of <see cref="LayerRotation.Sliding"/>; elsewhere without meaning.</summary>
    public required double SlidingRopeBase { get; init; }

    /// <summary>The mixture of experts; null when every layer is dense.</summary>
    public ExpertConfig? Experts { get; init; }

    /// <summary>Multi-head latent attention; null when keys and values are cached by head.</summary>
    public LatentConfig? Latent { get; init; }

    /// <summary>Factor on embeddings. Default 1.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>Factor on what a branch adds to the residual stream. Default 1.</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>Factor on q·k before softmax.</summary>
    public required float AttentionScale { get; init; }

    /// <summary>Attention scores become c·tanh(score/c); 0 = they do not.</summary>
    public float AttentionSoftCap { get; init; }

    /// <summary>Divides the logits. Default 1.</summary>
    public float LogitDivisor { get; init; } = 1;

    /// <summary>Logits become c·tanh(logit/c); 0 = they do not.</summary>
    public float LogitSoftCap { get; init; }

    /// <summary>Number of tokens, and of rows of the embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Number of weights in the file (a tied output counts once).</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Reads and checks the metadata.</summary>
    /// <exception cref="GgufFormatException">A key is missing, of the wrong type, or absurd.</exception>
    /// <exception cref="ModelNotSupportedException">The architecture, or something that it asks for, is not supported.</exception>
    public static ModelConfig Read(GgufFile file) => ModelConfigReader.Read(file);

    /// <summary>What the architecture's description says.</summary>
    internal ArchitectureTraits Traits => ArchitectureCatalog.Get(Architecture);

    /// <summary>The rotary angles of this model's layers of <see cref="LayerRotation.Global"/>.</summary>
    /// <param name="file">The file that this was read from; its tensors of frequency factors are honoured.</param>
    /// <param name="window">Tokens that a sequence may reach, for dynamic NTK scaling and the choice between short and long factors; 0 = <see cref="ContextLength"/>.</param>
    /// <exception cref="GgufFormatException">The factors do not fit.</exception>
    public RopeTable CreateRopeTable(GgufFile file, int window = 0)
    {
        ArgumentNullException.ThrowIfNull(file);
        window = window == 0 ? ContextLength : window;
        var factors = RopeFactors.Read(file, RopeDim, window > RopeScaling.OriginalContext);
        var (frequencies, magnitude) = RopeFrequencies.Create(RopeDim, RopeBase, RopeScaling, factors, window);
        return new RopeTable(frequencies, RopePairing, (float)magnitude);
    }

    /// <summary>The rotary angles of this model's layers of <see cref="LayerRotation.Sliding"/>.</summary>
    public RopeTable CreateSlidingRopeTable()
    {
        var (frequencies, magnitude) = RopeFrequencies.Create(RopeDim, SlidingRopeBase, new RopeScaling(RopeScalingKind.None, 1, ContextLength), [], ContextLength);
        return new RopeTable(frequencies, RopePairing, (float)magnitude);
    }
}
