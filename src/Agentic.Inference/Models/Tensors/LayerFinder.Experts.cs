using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models.Tensors;

/// <summary>Mixtures of experts and latent attention.</summary>
internal sealed partial class LayerFinder
{
    private ExpertTensors Experts(string p, ExpertConfig experts)
    {
        long width = config.EmbeddingLength, hidden = experts.HiddenLength;
        int count = experts.Routing.Experts;
        bool biases = _traits.Experts!.Biases;
        const string fused = "ffn_gate_up_exps";
        StackTensors up = find.Has(p + fused + ".weight")
            ? Stack(count, width, biases, (p + fused, 2 * hidden))
            : Stack(count, width, biases, (p + "ffn_gate_exps", hidden), (p + "ffn_up_exps", hidden));
        return new(RouterOf(p, count, biases), up, Stack(count, hidden, biases, (p + "ffn_down_exps", width)))
        {
            SelectionBias = find.OptionalVector(p + "exp_probs_b.bias", count),
            Shared = experts.SharedHiddenLength > 0 ? Dense(p, experts.SharedHiddenLength, "_shexp") : null,
            SharedGate = _traits.Experts.SharedGate ? SharedGate(p + "ffn_gate_inp_shexp.weight") : null,
        };
    }

    private LinearTensors RouterOf(string p, int experts, bool bias) =>
        new([find.Matrix(p + "ffn_gate_inp.weight", config.EmbeddingLength, experts)], [find.Bias(p + "ffn_gate_inp.bias", experts, bias)]);

    /// <summary>One row, stored as a matrix or as a vector.</summary>
    private GgufTensor SharedGate(string name) =>
        find.IsVector(name) ? find.Vector(name, config.EmbeddingLength) : find.Matrix(name, config.EmbeddingLength, 1);

    private LatentAttentionTensors LatentAttention(string p, LatentConfig latent)
    {
        find.Refuse(p + "attn_kv_b.weight", "expands keys and values in one; only files that hold attn_k_b and attn_v_b apart are supported. Convert the model again.");
        long width = config.EmbeddingLength, queries = (long)config.HeadCount * latent.KeyDim;
        bool compressed = latent.QueryRank > 0;
        return new(
            compressed ? Plain(p + "attn_q_b", latent.QueryRank, queries) : Plain(p + "attn_q", width, queries),
            Plain(p + "attn_kv_a_mqa", width, latent.Rank + latent.RopeDim),
            find.Vector(p + "attn_kv_a_norm.weight", latent.Rank),
            Stack(config.HeadCount, latent.PlainDim, false, (p + "attn_k_b", latent.Rank)),
            Stack(config.HeadCount, latent.Rank, false, (p + "attn_v_b", latent.ValueDim)),
            Plain(p + "attn_output", (long)config.HeadCount * latent.ValueDim, width))
        {
            QueryCompression = compressed ? Plain(p + "attn_q_a", width, latent.QueryRank) : null,
            QueryNorm = compressed ? find.Vector(p + "attn_q_a_norm.weight", latent.QueryRank) : null,
        };
    }

    private LinearTensors Plain(string name, long columns, long rows) => new([find.Matrix(name + ".weight", columns, rows)], [null]);

    private StackTensors Stack(int groups, long columns, bool biases, params ReadOnlySpan<(string Name, long Rows)> parts)
    {
        var weights = new List<GgufTensor>();
        var offsets = new List<GgufTensor?>();
        foreach ((string name, long rows) in parts)
        {
            weights.Add(find.Stack(name + ".weight", columns, rows, groups));
            offsets.Add(find.StackBias(name + ".bias", rows, groups, biases));
        }

        return new(groups, weights, offsets);
    }
}
