using Agentic.Inference.Gguf;
using Agentic.Inference.Models;
using Agentic.Inference.Tests.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Models;

public class ModelConfigTests
{
    [Fact]
    public void Read_MinimalFile_FillsDefaults()
    {
        using var model = new GgufBuilder().Write("tiny-name.gguf");
        var config = ModelFile.Check(model.Path);
        Assert.Equal((2, 4, 4, 4, 10000.0, "tiny-name"), (config.HeadCountKv, config.KeyDim, config.ValueDim, config.RopeDim, config.RopeBase, config.Name));
        Assert.Equal(new RopeScaling(RopeScalingKind.None, 1, 64), config.RopeScaling);
        Assert.Equal((8 * 4) + 8 + (7 * 64) + 16, config.ParameterCount);
    }

    public static TheoryData<object> Twos => new(2u, 2, 2ul, 2L, (object)new[] { 2 }, new[] { 2u });

    [Theory]
    [MemberData(nameof(Twos))]
    public void Read_CountOfAnyIntegerTypeOrUniformArray_IsAccepted(object two)
    {
        using var model = new GgufBuilder().SetArch("attention.head_count", two).SetArch("attention.head_count_kv", two).Write();
        Assert.Equal((2, 2), ModelFile.Check(model.Path) is var c ? (c.HeadCount, c.HeadCountKv) : default);
    }

    [Fact]
    public void Read_CountsThatDifferByLayer_AreRefusedByName()
    {
        using var model = new GgufBuilder().SetArch("block_count", 2u).SetArch("attention.head_count_kv", new[] { 2, 1 }).Write();
        var error = Assert.Throws<ModelNotSupportedException>(() => ModelFile.Check(model.Path));
        Assert.Equal("llama.attention.head_count_kv", error.Field);
    }

    [Theory]
    [InlineData("attention.head_count", -2)]
    [InlineData("attention.head_count_kv", 0)]
    [InlineData("feed_forward_length", 0)]
    [InlineData("attention.key_length", 0)]
    [InlineData("attention.key_length", 1 << 30)]
    [InlineData("attention.value_length", -1)]
    [InlineData("rope.dimension_count", 6)]
    [InlineData("rope.scaling.original_context_length", 0)]
    public void Read_AbsurdCount_IsRefused(string key, int value)
    {
        using var model = new GgufBuilder().SetArch(key, value).Write();
        Assert.Equal($"llama.{key}", Assert.Throws<GgufFormatException>(() => ModelFile.Check(model.Path)).Field);
    }

    [Theory]
    [InlineData("rope.freq_base", float.PositiveInfinity)]
    [InlineData("rope.freq_base", -10000f)]
    [InlineData("rope.scaling.factor", float.NaN)]
    [InlineData("rope.scaling.factor", -2f)]
    [InlineData("rope.scaling.attn_factor", 0f)]
    [InlineData("rope.scaling.yarn_beta_fast", float.NegativeInfinity)]
    [InlineData("attention.layer_norm_rms_epsilon", float.PositiveInfinity)]
    public void Read_AbsurdNumber_IsRefused(string key, float value)
    {
        using var model = new GgufBuilder().SetArch(key, value).Write();
        Assert.Equal($"llama.{key}", Assert.Throws<GgufFormatException>(() => ModelFile.Check(model.Path)).Field);
    }

    public static TheoryData<string, object> Variants => new()
    {
        { "attn_logit_softcapping", 50f },
        { "final_logit_softcapping", 30f },
        { "logit_scale", 0.25f },
        { "attention.scale", 0.1f },
        { "attention.causal", false },
        { "use_parallel_residual", true },
        { "rope.scaling.yarn_log_multiplier", 0.1f },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Read_VariantThatChangesResults_IsRefusedByName(string key, object value)
    {
        using var model = new GgufBuilder().SetArch(key, value).Write();
        Assert.Equal($"llama.{key}", Assert.Throws<ModelNotSupportedException>(() => ModelFile.Check(model.Path)).Field);
    }

    [Fact]
    public void Read_ExpertCountZero_Loads()
    {
        using var model = new GgufBuilder().SetArch("expert_count", 0u).Write();
        Assert.Equal(1, ModelFile.Check(model.Path).BlockCount);
    }

    [Theory]
    [InlineData("llama", true)]
    [InlineData("llama-rope31", true)]
    [InlineData("llama-linear", true)]
    [InlineData("llama-yarn", true)]
    [InlineData("mistral", true)]
    [InlineData("qwen2", true)]
    [InlineData("mixtral", true)]
    [InlineData("gemma3", true)]
    [InlineData("mamba", false)]
    public void Check_TinyModel_LoadsOrIsRefusedByName(string name, bool loads)
    {
        var error = Record.Exception(() => ModelFile.Check(RepositoryFiles.Golden("tiny", name + ".gguf")));
        Assert.Equal(loads ? null : typeof(ModelNotSupportedException), error?.GetType());
    }
}
