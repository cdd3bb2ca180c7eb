using Agentic.Inference.Tests.Gguf;

namespace Agentic.Inference.Tests.Models;

/// <summary>Files of random weights for architectures without goldens: width 24, four query heads, two for keys and values, 40 tokens.</summary>
internal static class SyntheticModel
{
    public const int Vocabulary = 40;
    private const int Width = 24;
    private const int Hidden = 36;
    private const int HeadDim = 8;

    /// <summary>A file by the name of a case.</summary>
    public static TemporaryFile Write(string name) => (name switch
    {
        "olmo2" => Olmo2(layers: 3),
        "olmo3" => Olmo2(layers: 8).SetArch("attention.sliding_window", 5u).SetArch("rope.scaling.type", "yarn").SetArch("rope.scaling.factor", 4f)
            .SetArch("rope.scaling.original_context_length", 16u),
        "granite" => Base("granite", 2).Llama(2).SetArch("embedding_scale", 3f).SetArch("residual_scale", 0.4f).SetArch("attention.scale", 0.6f).SetArch("logit_scale", 2.5f),
        "smollm3" => Base("smollm3", 5).Llama(5),
        "sliding-llama" => Base("llama", 2).Llama(2).SetArch("attention.sliding_window", 4u),
        "sliding-pattern" => Base("qwen2", 3).Llama(3).Biases(3).SetArch("attention.sliding_window", 4u).SetArch("attention.sliding_window_pattern", new[] { true, false, true }),
        _ => throw new ArgumentException(name),
    }).Randomise(name.Length + name[0]).Write(name + ".gguf");

    private static GgufBuilder Base(string architecture, int layers) => new GgufBuilder(architecture).Clear()
        .SetArch("block_count", (uint)layers).SetArch("embedding_length", (uint)Width).SetArch("feed_forward_length", (uint)Hidden)
        .SetArch("attention.head_count", 4u).SetArch("attention.head_count_kv", 2u).SetArch("attention.key_length", (uint)HeadDim).SetArch("attention.value_length", (uint)HeadDim)
        .SetArch("rope.freq_base", 500f)
        .Set("tokenizer.ggml.pre", "gpt-2").Set("tokenizer.ggml.tokens", (string[])[.. Enumerable.Range(0, Vocabulary).Select(i => i == 0 ? "a" : i == 1 ? "b" : i == 2 ? "ab" : $"<{i}>")])
        .Tensor("token_embd.weight", Width, Vocabulary).Tensor("output_norm.weight", Width).Tensor("output.weight", Width, Vocabulary);

    private static GgufBuilder Llama(this GgufBuilder builder, int layers)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            builder.Products(layer).Tensor($"blk.{layer}.attn_norm.weight", Width).Tensor($"blk.{layer}.ffn_norm.weight", Width);
        }

        return builder;
    }

    private static GgufBuilder Biases(this GgufBuilder builder, int layers)
    {
        for (int layer = 0; layer < layers; layer++)
        {
            builder.Tensor($"blk.{layer}.attn_q.bias", 4 * HeadDim).Tensor($"blk.{layer}.attn_k.bias", 2 * HeadDim).Tensor($"blk.{layer}.attn_v.bias", 2 * HeadDim);
        }

        return builder;
    }

    private static GgufBuilder Olmo2(int layers)
    {
        GgufBuilder builder = Base("olmo2", layers);
        for (int layer = 0; layer < layers; layer++)
        {
            builder.Products(layer).Tensor($"blk.{layer}.attn_q_norm.weight", 4 * HeadDim).Tensor($"blk.{layer}.attn_k_norm.weight", 2 * HeadDim)
                .Tensor($"blk.{layer}.post_attention_norm.weight", Width).Tensor($"blk.{layer}.post_ffw_norm.weight", Width);
        }

        return builder;
    }

    private static GgufBuilder Products(this GgufBuilder builder, int layer)
    {
        string p = $"blk.{layer}.";
        return builder.Tensor(p + "attn_q.weight", Width, 4 * HeadDim).Tensor(p + "attn_k.weight", Width, 2 * HeadDim).Tensor(p + "attn_v.weight", Width, 2 * HeadDim)
            .Tensor(p + "attn_output.weight", 4 * HeadDim, Width).Tensor(p + "ffn_gate.weight", Width, Hidden).Tensor(p + "ffn_up.weight", Width, Hidden)
            .Tensor(p + "ffn_down.weight", Hidden, Width);
    }
}
