using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models;

/// <summary>The tensors that a model is made of, found in a file with their shapes and types checked. Tensors that the architecture does not know are ignored outside layers and refused inside them, where leaving one out would change every result.</summary>
internal sealed class TensorCatalog
{
    private TensorCatalog(TensorFinder find, ModelConfig config)
    {
        TokenEmbedding = find.Matrix("token_embd.weight", config.EmbeddingLength, config.VocabularySize);
        OutputNorm = find.Vector("output_norm.weight", config.EmbeddingLength);
        Output = find.OptionalMatrix("output.weight", config.EmbeddingLength, config.VocabularySize) ?? TokenEmbedding;
        OutputBias = find.OptionalVector("output.bias", config.VocabularySize);
        Layers = Enumerable.Range(0, config.BlockCount).Select(layer => Layer(find, config, layer)).ToArray();
    }

    /// <summary>[width, vocabulary]</summary>
    public GgufTensor TokenEmbedding { get; }

    /// <summary>[width]</summary>
    public GgufTensor OutputNorm { get; }

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

    private static LayerTensors Layer(TensorFinder find, ModelConfig config, int layer)
    {
        var p = $"blk.{layer}.";
        find.Refuse(p + "attn_qkv.weight", "holds queries, keys and values in one, which is not supported.");
        var width = config.EmbeddingLength;
        var forward = config.FeedForwardLength;
        var q = (long)config.HeadCount * config.KeyDim;
        var k = (long)config.HeadCountKv * config.KeyDim;
        var v = (long)config.HeadCountKv * config.ValueDim;
        var mixed = (long)config.HeadCount * config.ValueDim;
        // qwen2 is trained with these three; a file without them was converted wrongly.
        var biased = config.Architecture == "qwen2";
        return new(
            find.Vector(p + "attn_norm.weight", width),
            find.Matrix(p + "attn_q.weight", width, q),
            find.Matrix(p + "attn_k.weight", width, k),
            find.Matrix(p + "attn_v.weight", width, v),
            find.Matrix(p + "attn_output.weight", mixed, width),
            find.Vector(p + "ffn_norm.weight", width),
            find.Matrix(p + "ffn_gate.weight", width, forward),
            find.Matrix(p + "ffn_up.weight", width, forward),
            find.Matrix(p + "ffn_down.weight", forward, width))
        {
            QueryBias = find.Bias(p + "attn_q.bias", q, biased),
            KeyBias = find.Bias(p + "attn_k.bias", k, biased),
            ValueBias = find.Bias(p + "attn_v.bias", v, biased),
            AttentionOutputBias = find.OptionalVector(p + "attn_output.bias", width),
            GateBias = find.OptionalVector(p + "ffn_gate.bias", forward),
            UpBias = find.OptionalVector(p + "ffn_up.bias", forward),
            DownBias = find.OptionalVector(p + "ffn_down.bias", width),
        };
    }
}
