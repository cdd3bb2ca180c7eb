using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Gguf;

/// <summary>The field that a refusal names is the one that is wrong.</summary>
public class BadFileFieldTests
{
    [Theory]
    [InlineData("magic_wrong", "magic")]
    [InlineData("empty_file", "magic")]
    [InlineData("version_1", "version")]
    [InlineData("version_99", "version")]
    [InlineData("tensor_count_2_63", "tensor_count")]
    [InlineData("tensor_count_2_40", "tensor_count")]
    [InlineData("kv_count_2_40", "metadata_kv_count")]
    [InlineData("truncated_in_token_array", "tokenizer.ggml.tokens")]
    [InlineData("truncated_in_data", "blk.0.attn_v.weight")]
    [InlineData("truncated_last_byte", "output_norm.weight")]
    [InlineData("string_length_2_60", "general.name")]
    [InlineData("array_nested_2000_deep", "x.deep")]
    [InlineData("array_length_2_62", "x.big")]
    [InlineData("array_of_strings_2_40", "x.big")]
    [InlineData("array_element_type_99", "x.t")]
    [InlineData("value_type_2_32_1", "x.t")]
    [InlineData("key_duplicate", "llama.block_count")]
    [InlineData("alignment_0", "general.alignment")]
    [InlineData("alignment_24", "general.alignment")]
    [InlineData("alignment_wrong_type", "general.alignment")]
    [InlineData("tensor_duplicate", "blk.0.attn_q.weight")]
    [InlineData("tensor_offset_overlapping", "blk.0.attn_q.weight")]
    [InlineData("tensor_offset_misaligned", "blk.0.attn_q.weight")]
    [InlineData("tensor_offset_2_64_32", "blk.0.attn_q.weight")]
    [InlineData("tensor_n_dims_2_31", "blk.0.attn_q.weight")]
    [InlineData("tensor_dims_overflow_to_right_size", "blk.0.attn_q.weight")]
    [InlineData("tensor_type_i32", "blk.0.attn_q.weight")]
    [InlineData("tensor_type_removed_4", "blk.0.attn_q.weight")]
    [InlineData("tensor_norm_1d_wrong_length", "blk.0.attn_norm.weight")]
    [InlineData("tensor_missing", "blk.1.ffn_up.weight")]
    [InlineData("missing_general_architecture", "general.architecture")]
    [InlineData("missing_llama_context_length", "llama.context_length")]
    [InlineData("missing_llama_attention_layer_norm_rms_epsilon", "llama.attention.layer_norm_rms_epsilon")]
    [InlineData("missing_merges", "tokenizer.ggml.merges")]
    [InlineData("missing_head_count_kv", "blk.0.attn_k.weight")]
    [InlineData("wrong_type_block_count", "llama.block_count")]
    [InlineData("wrong_type_tokens", "tokenizer.ggml.tokens")]
    [InlineData("wrong_type_eps", "llama.attention.layer_norm_rms_epsilon")]
    [InlineData("architecture_unknown", "general.architecture")]
    [InlineData("head_count_0", "llama.attention.head_count")]
    [InlineData("head_count_5", "llama.attention.head_count")]
    [InlineData("head_count_kv_0", "llama.attention.head_count_kv")]
    [InlineData("head_count_kv_3", "llama.attention.head_count_kv")]
    [InlineData("head_count_kv_8", "llama.attention.head_count_kv")]
    [InlineData("embedding_length_0", "llama.embedding_length")]
    [InlineData("embedding_length_64", "token_embd.weight")]
    [InlineData("block_count_0", "llama.block_count")]
    [InlineData("block_count_2_31", "llama.block_count")]
    [InlineData("block_count_3", "blk.2.attn_norm.weight")]
    [InlineData("rope_dimension_count_7", "llama.rope.dimension_count")]
    [InlineData("rope_freq_base_0", "llama.rope.freq_base")]
    [InlineData("rope_freq_base_nan", "llama.rope.freq_base")]
    [InlineData("eps_negative", "llama.attention.layer_norm_rms_epsilon")]
    [InlineData("eps_nan", "llama.attention.layer_norm_rms_epsilon")]
    [InlineData("tokens_fewer_than_rows", "token_embd.weight")]
    [InlineData("token_type_shorter", "tokenizer.ggml.token_type")]
    [InlineData("tokenizer_model_unknown", "tokenizer.ggml.model")]
    [InlineData("weights_nan_f32", "blk.0.attn_norm.weight")]
    public void Check_BrokenFile_NamesTheField(string name, string field)
    {
        var error = Record.Exception(() => ModelFile.Check(RepositoryFiles.Golden("bad-gguf", name + ".gguf")));
        Assert.Equal(field, error switch
        {
            GgufFormatException e => e.Field,
            ModelNotSupportedException e => e.Field,
            _ => error?.ToString(),
        });
    }

    [Fact]
    public void Check_BigEndianFile_SaysSo()
    {
        var error = Assert.Throws<ModelNotSupportedException>(() => ModelFile.Check(RepositoryFiles.Golden("bad-gguf", "version_byteswapped.gguf")));
        Assert.Contains("big-endian", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_AbsurdContext_IsCappedAndAllocatesNothing() =>
        Assert.Equal(int.MaxValue, ModelFile.Check(RepositoryFiles.Golden("bad-gguf", "context_length_2_32_1.gguf")).ContextLength);
}
