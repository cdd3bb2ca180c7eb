using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models;

/// <summary>Reads a <see cref="ModelConfig"/> and refuses what cannot be computed rightly.</summary>
internal static class ModelConfigReader
{
    // Far above any model; keeps tables that are sized by a head small whatever a file says.
    private const int MaxHeadDim = 65536;

    // Keys that change what is computed; an architecture that honours one reads it below.
    private static readonly (string Key, string What)[] Variants =
    [
        ("expert_count", "a mixture of experts"),
        ("attn_logit_softcapping", "soft-capped attention scores"),
        ("final_logit_softcapping", "soft-capped logits"),
        ("logit_scale", "scaled logits"),
        ("embedding_scale", "scaled embeddings"),
        ("residual_scale", "scaled residuals"),
        ("attention.scale", "an attention scale of its own"),
        ("attention.clamp_kqv", "clamped queries, keys and values"),
        ("attention.max_alibi_bias", "ALiBi"),
        ("use_parallel_residual", "parallel residuals"),
    ];

    public static ModelConfig Read(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var traits = ArchitectureCatalog.Read(file);
        var keys = new HyperParameters(file, traits.Name);
        RefuseVariants(keys, traits);

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

        var ropeBase = keys.Float("rope.freq_base", 10000, minimum: 1, exclusive: true);
        var feedForward = keys.UniformCount("feed_forward_length", layers);
        var latent = LatentConfigReader.Read(keys, traits);
        var scaling = RopeScalingReader.Read(keys, traits, context);
        return new ModelConfig
        {
            Architecture = traits.Name,
            Name = Name(file),
            ContextLength = context,
            EmbeddingLength = width,
            BlockCount = layers,
            Layers = LayerPlanReader.Read(keys, traits, layers),
            FeedForwardLength = feedForward,
            HeadCount = heads,
            HeadCountKv = kvHeads,
            KeyDim = keyDim,
            ValueDim = HeadDim(keys, "attention.value_length", width, heads),
            RopeDim = RopeDim(keys, keyDim),
            RopeBase = ropeBase,
            SlidingRopeBase = SlidingRopeBase(keys, traits, ropeBase),
            RopeScaling = scaling,
            Experts = ExpertConfigReader.Read(keys, traits, feedForward),
            Latent = latent,
            RopePairing = traits.Pairing,
            NormEpsilon = (float)keys.Float(traits.Norm == NormKind.Rms ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon", null, minimum: 0),
            EmbeddingScale = traits.RootWidthEmbedding ? MathF.Sqrt(width) : Scale(keys, "embedding_scale", 1),
            ResidualScale = Scale(keys, "residual_scale", 1),
            AttentionScale = scaling.ScoreFactor * Scale(keys, "attention.scale", 1 / MathF.Sqrt(layers == traits.LayersOfWidthScale ? (float)width / heads : latent?.KeyDim ?? keyDim)),
            AttentionSoftCap = (float)keys.Float("attn_logit_softcapping", 0, minimum: 0),
            LogitDivisor = Scale(keys, "logit_scale", 1),
            LogitSoftCap = (float)keys.Float("final_logit_softcapping", 0, minimum: 0),
            VocabularySize = VocabularySize(file),
            ParameterCount = file.Tensors.Where(t => !RopeFactors.TensorNames.Contains(t.Name)).Sum(t => t.Count),
        };
    }

    private static void RefuseVariants(HyperParameters keys, ArchitectureTraits traits)
    {
        foreach (var (key, what) in Variants)
        {
            if (!traits.Honours.Contains(key) && (key != "expert_count" || traits.Experts is null))
            {
                keys.RefuseUnlessZero(key, what);
            }
        }

        keys.RefuseNonCausal();
    }

    /// <summary>A positive factor; 0 says "none", as it does for the tools that write it.</summary>
    private static float Scale(HyperParameters keys, string name, float absent) =>
        keys.Float(name, 0, minimum: 0) is var scale && scale > 0 ? (float)scale : absent;

    private static double SlidingRopeBase(HyperParameters keys, ArchitectureTraits traits, double global)
    {
        const string key = "rope.freq_base_swa";
        double absent = traits.SlidingRopeBase is > 0 and var own ? own : global;

        // The second is another writer's name for it.
        double value = keys.Float(key, keys.Float("rope.local.freq_base", absent, minimum: 1, exclusive: true), minimum: 1, exclusive: true);
        return traits.SlidingRopeBase is not null || value == global ? value
            : throw keys.NotSupported(key, $"gives sliding layers a rotary base of their own, which is not supported for the {traits.Name} architecture.");
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

    /// <summary>The number of tokens; the embedding's rows are held against it by the tensor catalog.</summary>
    private static int VocabularySize(GgufFile file)
    {
        const string key = "tokenizer.ggml.tokens";
        var tokens = file.Metadata.GetValueOrDefault(key) ?? throw file.Missing(key);
        return tokens is { Type: GgufValueType.Array, Count: > 0 }
            ? (int)tokens.Count
            : throw new GgufFormatException(file.Path, key, "is not a list of at least one token.");
    }
}
