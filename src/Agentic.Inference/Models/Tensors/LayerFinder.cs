using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models.Tensors;

/// <summary>Finds the tensors of a layer that the architecture's description asks for.</summary>
internal sealed partial class LayerFinder(TensorFinder find, ModelConfig config)
{
    private readonly ArchitectureTraits _traits = config.Traits;

    /// <summary>A norm of the residual stream's width.</summary>
    public NormTensors Norm(string name) => new(
        find.Vector(name + ".weight", config.EmbeddingLength),
        _traits.Norm == NormKind.Layer ? find.Vector(name + ".bias", config.EmbeddingLength) : null);

    /// <summary>A layer.</summary>
    public LayerTensors Read(int layer)
    {
        string p = $"blk.{layer}.";
        bool before = _traits.NormPlacement != NormPlacement.After;
        bool after = _traits.NormPlacement != NormPlacement.Before;
        NormTensors? attentionNorm = before ? Norm(p + "attn_norm") : null;
        bool mixed = config.Experts is { } experts && layer >= experts.LeadingDenseLayers;
        return new(config.Latent is { } latent ? LatentAttention(p, latent) : GroupedAttention(p), mixed ? Experts(p, config.Experts!) : Dense(p, config.FeedForwardLength))
        {
            AttentionNorm = attentionNorm,
            PostAttentionNorm = after ? Norm(p + "post_attention_norm") : null,
            FeedForwardNorm = before && !_traits.ParallelResidual ? Norm(p + _traits.FeedForwardNorm) : null,
            PostFeedForwardNorm = after ? Norm(p + "post_ffw_norm") : null,
        };
    }

    private GroupedAttentionTensors GroupedAttention(string p)
    {
        long width = config.EmbeddingLength;
        long queries = (long)config.HeadCount * config.KeyDim;
        long keys = (long)config.HeadCountKv * config.KeyDim;
        long values = (long)config.HeadCountKv * config.ValueDim;
        bool normed = _traits.QueryKeyNorm != QueryKeyNorm.None;
        bool eachHead = _traits.QueryKeyNorm == QueryKeyNorm.EachHead;
        return new(
            QueryKeyValue(p, queries, keys, values),
            Linear(p + "attn_output", (long)config.HeadCount * config.ValueDim, width, BiasSet.AttentionOutput))
        {
            QueryNorm = normed ? find.Vector(p + "attn_q_norm.weight", eachHead ? config.KeyDim : queries) : null,
            KeyNorm = normed ? find.Vector(p + "attn_k_norm.weight", eachHead ? config.KeyDim : keys) : null,
            Sinks = _traits.AttentionSinks ? find.Vector(p + "attn_sinks.weight", config.HeadCount) : null,
        };
    }

    private LinearTensors QueryKeyValue(string p, long queries, long keys, long values)
    {
        const string fused = "attn_qkv";
        if (_traits.FusedQueryKeyValue && find.Has(p + fused + ".weight"))
        {
            return Linear(p + fused, config.EmbeddingLength, queries + keys + values, BiasSet.QueryKeyValue);
        }

        find.Refuse(p + fused + ".weight", $"holds queries, keys and values in one, which is not supported for the {_traits.Name} architecture.");
        return Linear(config.EmbeddingLength, BiasSet.QueryKeyValue, (p + "attn_q", queries), (p + "attn_k", keys), (p + "attn_v", values));
    }

    /// <param name="p">Prefix of the layer.</param>
    /// <param name="hidden">Hidden width.</param>
    /// <param name="suffix">Of the tensors' names: nothing, or that of a shared expert.</param>
    private DenseTensors Dense(string p, long hidden, string suffix = "")
    {
        long width = config.EmbeddingLength;
        LinearTensors up = !_traits.Gated ? Linear(p + "ffn_up" + suffix, width, hidden, BiasSet.FeedForward)
            : _traits.FusedGateUp ? Linear(p + "ffn_up" + suffix, width, 2 * hidden, BiasSet.FeedForward)
            : Linear(width, BiasSet.FeedForward, (p + "ffn_gate" + suffix, hidden), (p + "ffn_up" + suffix, hidden));
        return new(up, Linear(p + "ffn_down" + suffix, hidden, width, BiasSet.FeedForward));
    }

    private LinearTensors Linear(string name, long columns, long rows, BiasSet bias) => Linear(columns, bias, (name, rows));

    private LinearTensors Linear(long columns, BiasSet bias, params ReadOnlySpan<(string Name, long Rows)> parts)
    {
        var weights = new List<GgufTensor>();
        var biases = new List<GgufTensor?>();
        foreach ((string name, long rows) in parts)
        {
            weights.Add(find.Matrix(name + ".weight", columns, rows));
            biases.Add(find.Bias(name + ".bias", rows, _traits.Biases.HasFlag(bias)));
        }

        return new(weights, biases);
    }
}
