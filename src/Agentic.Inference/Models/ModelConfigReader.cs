using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models;

/// <summary>Reads a <see cref="ModelConfig"/> and refuses what cannot be computed rightly.</summary>
internal static class ModelConfigReader
{
    private const string ArchitectureKey = "general.architecture";

    // Far above any model; keeps tables that are sized by a head small whatever a file says.
    private const int MaxHeadDim = 65536;

    public static ModelConfig Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var architecture = file.String(ArchitectureKey);
        var pairing = architecture switch
        {
            "llama" => RopePairing.Adjacent,
            "qwen2" => RopePairing.Half,
            _ => throw new ModelNotSupportedException(file.Path, ArchitectureKey, $"is '{FileText.Show(architecture)}', which is not supported; llama and qwen2 are."),
        };
        var keys = new HyperParameters(file, architecture);
        RefuseVariants(keys);

        var layers = keys.Count("block_count");
        if (layers > file.Tensors.Count)
        {
            throw keys.Error("block_count", $"is {layers}, but the file has only {file.Tensors.Count} tensors.");
        }

        var context = keys.CappedCount("context_length");
        var width = keys.Count("embedding_length");
        var heads = keys.UniformCount("attention.head_count", layers);
        var keyDim = HeadDim(keys, "attention.key_length", width, heads);
        var kvHeads = keys.UniformCount("attention.head_count_kv", layers, heads);
        if (heads % kvHeads != 0)
        {
            throw keys.Error("attention.head_count_kv", $"is {kvHeads}; a divisor of {keys.Key("attention.head_count")}, which is {heads}, was expected.");
        }

        return new ModelConfig
        {
            Architecture = architecture,
            Name = Name(file),
            ContextLength = context,
            EmbeddingLength = width,
            BlockCount = layers,
            FeedForwardLength = keys.UniformCount("feed_forward_length", layers),
            HeadCount = heads,
            HeadCountKv = kvHeads,
            KeyDim = keyDim,
            ValueDim = HeadDim(keys, "attention.value_length", width, heads),
            RopeDim = RopeDim(keys, keyDim),
            RopeBase = keys.Float("rope.freq_base", 10000, minimum: 1, exclusive: true),
            RopeScaling = RopeScalingReader.Read(keys, context),
            RopePairing = pairing,
            RmsEpsilon = (float)keys.Float("attention.layer_norm_rms_epsilon", null, minimum: 0),
            VocabularySize = VocabularySize(file),
            ParameterCount = file.Tensors.Where(t => t.Name != RopeFactors.TensorName).Sum(t => t.Count),
        };
    }

    private static void RefuseVariants(HyperParameters keys)
    {
        keys.RefuseUnlessZero("expert_count", "a mixture of experts");
        keys.RefuseUnlessZero("attn_logit_softcapping", "soft-capped attention scores");
        keys.RefuseUnlessZero("final_logit_softcapping", "soft-capped logits");
        keys.RefuseUnlessZero("logit_scale", "scaled logits");
        keys.RefuseUnlessZero("embedding_scale", "scaled embeddings");
        keys.RefuseUnlessZero("residual_scale", "scaled residuals");
        keys.RefuseUnlessZero("attention.scale", "an attention scale of its own");
        keys.RefuseUnlessZero("attention.clamp_kqv", "clamped queries, keys and values");
        keys.RefuseUnlessZero("attention.max_alibi_bias", "ALiBi");
        keys.RefuseUnlessZero("use_parallel_residual", "parallel residuals");
        keys.RefuseNonCausal();
    }

    private static int HeadDim(HyperParameters keys, string name, int width, int heads)
    {
        var absent = width % heads == 0 ? width / heads : (int?)null;
        if (!keys.Has(name) && absent is null)
        {
            throw keys.Error("attention.head_count", $"is {heads}; a divisor of {keys.Key("embedding_length")}, which is {width}, was expected.");
        }

        var dims = keys.Count(name, absent);
        return dims <= MaxHeadDim ? dims : throw keys.Error(name, $"makes heads of {dims} dimensions; at most {MaxHeadDim} are read.");
    }

    private static int RopeDim(HyperParameters keys, int keyDim)
    {
        const string name = "rope.dimension_count";
        var dims = keys.Count(name, keyDim);
        return dims % 2 == 0 && dims <= keyDim
            ? dims
            : throw keys.Error(name, $"is {dims}; an even number of at most the head size {keyDim} was expected.");
    }

    private static string Name(GgufFile file) =>
        file.TryString("general.name") is { Length: > 0 } name ? name : Path.GetFileNameWithoutExtension(file.Path);

    /// <summary>The number of tokens; the embedding's rows are held against it by <see cref="TensorCatalog"/>.</summary>
    private static int VocabularySize(GgufFile file)
    {
        const string key = "tokenizer.ggml.tokens";
        var tokens = file.Metadata.GetValueOrDefault(key) ?? throw file.Missing(key);
        return tokens is { Type: GgufValueType.Array, Count: > 0 }
            ? (int)tokens.Count
            : throw new GgufFormatException(file.Path, key, "is not a list of at least one token.");
    }
}
