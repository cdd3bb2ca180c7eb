using Agentic.Inference.Gguf;
using Agentic.Inference.Models;
using Agentic.Inference.Models.Tensors;
using Agentic.Inference.Tests.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Models;

public class TensorCatalogTests
{
    [Fact]
    public void Read_NoOutput_TiesTheEmbedding()
    {
        using var model = new GgufBuilder().Write();
        var catalog = Read(model.Path);
        Assert.True(catalog.IsTied);
        Assert.Same(catalog.TokenEmbedding, catalog.Output);
        Assert.All(Attention(catalog).QueryKeyValue.Biases, Assert.Null);
    }

    [Fact]
    public void Read_OutputAndBiases_FindsThem()
    {
        using var model = new GgufBuilder().Tensor("output.weight", 8, 4).Tensor("output.bias", 4).Tensor("blk.0.attn_q.bias", 8).Tensor("blk.0.attn_output.bias", GgmlType.F16, 8)
            .Tensor("blk.0.ffn_gate.bias", 8).Write();
        var catalog = Read(model.Path);
        Assert.False(catalog.IsTied);
        Assert.Equal("output.weight", catalog.Output.Name);
        Assert.Equal("output.bias", catalog.OutputBias?.Name);
        Assert.Equal(["blk.0.attn_q.bias", null, null], Attention(catalog).QueryKeyValue.Biases.Select(bias => bias?.Name));
        Assert.Equal("blk.0.attn_output.bias", Assert.Single(Attention(catalog).Output.Biases)?.Name);
        Assert.Equal(["blk.0.ffn_gate.bias", null], Assert.IsType<DenseTensors>(catalog.Layers[0].FeedForward).Up.Biases.Select(bias => bias?.Name));
    }

    [Fact]
    public void Read_HeadsWiderThanTheirShare_FitTheKeyLength()
    {
        using var model = new GgufBuilder().SetArch("attention.key_length", 6u).SetArch("attention.value_length", 10u).SetArch("attention.head_count_kv", 1u)
            .Tensor("blk.0.attn_q.weight", 8, 12).Tensor("blk.0.attn_k.weight", 8, 6).Tensor("blk.0.attn_v.weight", 8, 10).Tensor("blk.0.attn_output.weight", 20, 8).Write();
        Assert.Equal(20, Attention(Read(model.Path)).Output.Parts[0].Columns);
    }

    [Fact]
    public void Read_Qwen2WithoutBias_IsRefused()
    {
        using var model = new GgufBuilder("qwen2").Tensor("blk.0.attn_q.bias", 8).Tensor("blk.0.attn_v.bias", 8).Write();
        Assert.Equal("blk.0.attn_k.bias", Assert.Throws<GgufFormatException>(() => Read(model.Path)).Field);
    }

    [Theory]
    [InlineData("blk.0.attn_q.weight", new long[] { 8, 16 })]
    [InlineData("blk.0.attn_q.weight", new long[] { 64 })]
    [InlineData("blk.0.ffn_down.weight", new long[] { 8, 8, 1 })]
    [InlineData("blk.0.ffn_norm.weight", new long[] { 8, 1 })]
    [InlineData("blk.0.ffn_down.bias", new long[] { 7 })]
    [InlineData("output.weight", new long[] { 8, 5 })]
    public void Read_WrongShape_IsRefused(string name, long[] shape)
    {
        using var model = new GgufBuilder().Tensor(name, shape).Write();
        var error = Assert.Throws<GgufFormatException>(() => Read(model.Path));
        Assert.Equal(name, error.Field);
        Assert.Contains(string.Join(" × ", shape), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blk.0.attn_q.weight", GgmlType.I32, new long[] { 8, 8 })]
    [InlineData("blk.0.attn_q.weight", GgmlType.F64, new long[] { 8, 8 })]
    [InlineData("blk.0.attn_q.weight", GgmlType.IQ2_XXS, new long[] { 256, 8 })]
    [InlineData("blk.0.attn_norm.weight", GgmlType.Q8_0, new long[] { 32 })]
    public void Read_TypeThatCannotBeComputedWith_IsRefusedByName(string name, GgmlType type, long[] shape)
    {
        using var model = new GgufBuilder().Tensor(name, type, shape).Write();
        var error = Assert.Throws<ModelNotSupportedException>(() => Read(model.Path));
        Assert.Equal(name, error.Field);
        Assert.Contains(GgmlTypes.Name(type), error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blk.0.attn_q_norm.weight")]
    [InlineData("blk.1.attn_q.weight")]
    public void Read_UnknownTensorOfALayer_IsRefused(string name)
    {
        using var model = new GgufBuilder().Tensor(name, 8).Write();
        Assert.Equal(name, Assert.Throws<ModelNotSupportedException>(() => Read(model.Path)).Field);
    }

    [Fact]
    public void Read_FusedQueriesKeysAndValues_AreNamed()
    {
        using var model = new GgufBuilder().Tensor("blk.0.attn_qkv.weight", 8, 24).Write();
        var error = Assert.Throws<ModelNotSupportedException>(() => Read(model.Path));
        Assert.Equal("blk.0.attn_qkv.weight", error.Field);
        Assert.Contains("in one", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownTensorElsewhere_IsIgnored()
    {
        using var model = new GgufBuilder().Tensor("extra.weight", GgmlType.I32, 3).Tensor("blk.0.attn_rot_embd", 4).Write();
        Assert.Single(Read(model.Path).Layers);
    }

    private static GroupedAttentionTensors Attention(TensorCatalog catalog) => Assert.IsType<GroupedAttentionTensors>(catalog.Layers[0].Attention);

    private static TensorCatalog Read(string path)
    {
        using var file = GgufFile.Open(path);
        return TensorCatalog.Read(file, ModelConfig.Read(file));
    }
}
