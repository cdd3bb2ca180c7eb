using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models.Tensors;

/// <summary>The tensors that a model is made of, found in a file with their shapes and types checked. Tensors that the architecture does not know are ignored outside layers and refused inside them, where leaving one out would change every result.</summary>
internal sealed class TensorCatalog
{
    private TensorCatalog(TensorFinder find, ModelConfig config)
    {
        long width = config.EmbeddingLength;
        long tokens = config.VocabularySize;
        TokenEmbedding = find.Matrix("token_embd.weight", width, tokens);
        PositionEmbedding = config.Traits.Positions == PositionKind.Learned ? find.Matrix("position_embd.weight", width, config.ContextLength) : null;
        var layers = new LayerFinder(find, config);
        OutputNorm = layers.Norm("output_norm");
        Output = find.OptionalMatrix("output.weight", width, tokens) ?? TokenEmbedding;
        OutputBias = find.Bias("output.bias", tokens, config.Traits.Biases.HasFlag(BiasSet.Output));
        Layers = [.. Enumerable.Range(0, config.BlockCount).Select(layers.Read)];
    }

    /// <summary>[width, vocabulary]</summary>
    public GgufTensor TokenEmbedding { get; }

    /// <summary>[width, context]; null when positions are not learned.</summary>
    public GgufTensor? PositionEmbedding { get; }

    /// <summary>On the last residual state.</summary>
    public NormTensors OutputNorm { get; }

    /// <summary>[width, vocabulary]; the same object as <see cref="TokenEmbedding"/> when tied.</summary>
    public GgufTensor Output { get; }

    /// <summary>Added to the logits; null when there is none.</summary>
    public GgufTensor? OutputBias { get; }

    /// <summary>Whether the embedding serves as the output projection.</summary>
    public bool IsTied => ReferenceEquals(Output, TokenEmbedding);

    /// <summary>The layers in order.</summary>
    public IReadOnlyList<LayerTensors> Layers { get; }

    /// <summary>Finds and checks all tensors.</summary>
    /// <exception cref="GgufFormatException">A tensor is missing or its shape contradicts the hyper-parameters.</exception>
    /// <exception cref="ModelNotSupportedException">A tensor has a type, or a layer a tensor, that is not supported.</exception>
    public static TensorCatalog Read(GgufFile file, ModelConfig config)
    {
        var find = new TensorFinder(file);
        var catalog = new TensorCatalog(find, config);
        find.RefuseUnknownInLayers();
        return catalog;
    }
}
