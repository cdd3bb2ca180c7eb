using Agentic.Inference.Gguf;
using Agentic.Inference.Models;
using Agentic.Inference.Models.Architectures;
using Agentic.Inference.Tests.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Models;

/// <summary>What descriptions of architectures ask of a file, and what they refuse by name.</summary>
public sealed class ArchitectureTests
{
    public static TheoryData<string, string, object> Unhonoured => new()
    {
        { "gemma3", "attn_logit_softcapping", 50f },
        { "gemma2", "logit_scale", 2f },
        { "granite", "final_logit_softcapping", 30f },
        { "stablelm", "use_parallel_residual", true },
        { "phi3", "expert_count", 16u },
        { "starcoder2", "attention.clamp_kqv", 8f },
        { "llama", "rope.freq_base_swa", 5000f },
    };

    [Theory]
    [MemberData(nameof(Unhonoured))]
    public void Read_KeyThatTheArchitectureDoesNotHonour_IsRefusedByName(string architecture, string key, object value)
    {
        using TemporaryFile model = new GgufBuilder(architecture).SetArch("attention.layer_norm_epsilon", 1e-5f).SetArch(key, value).Write();
        using GgufFile file = GgufFile.Open(model.Path);
        Assert.Equal($"{architecture}.{key}", Assert.Throws<ModelNotSupportedException>(() => ModelConfig.Read(file)).Field);
    }

    [Theory]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("smollm3")]
    public void Read_WindowWithoutPatternWhereLayersDiffer_IsRefused(string architecture)
    {
        using TemporaryFile model = new GgufBuilder(architecture).SetArch("attention.sliding_window", 16u).Write();
        using GgufFile file = GgufFile.Open(model.Path);
        Assert.Equal($"{architecture}.attention.sliding_window", Assert.Throws<ModelNotSupportedException>(() => ModelConfig.Read(file)).Field);
    }

    [Fact]
    public void Read_PatternOfAnotherLength_IsRefused()
    {
        using TemporaryFile model = new GgufBuilder().SetArch("attention.sliding_window", 16u).SetArch("attention.sliding_window_pattern", new[] { true, false }).Write();
        using GgufFile file = GgufFile.Open(model.Path);
        Assert.Equal("llama.attention.sliding_window_pattern", Assert.Throws<GgufFormatException>(() => ModelConfig.Read(file)).Field);
    }

    [Fact]
    public void Read_Gemma3_SlidesInFiveOfSixWithABaseOfItsOwn()
    {
        using GgufFile file = GgufFile.Open(TinyGolden.File("gemma3"));
        ModelConfig config = ModelConfig.Read(file);
        var slides = new LayerPlan(16, LayerRotation.Sliding);
        Assert.Equal([slides, slides, slides, slides, slides, new LayerPlan(0, LayerRotation.Global), slides], config.Layers);
        Assert.Equal((1e6, 1e4, 8f), (config.RopeBase, config.SlidingRopeBase, config.EmbeddingScale));
        Assert.Equal(Math.Pow(1e4, -2.0 / 24), config.CreateSlidingRopeTable().InverseFrequencies[1], 1e-12);
    }

    [Theory]
    [InlineData("gemma2", 46, true)]
    [InlineData("gemma2", 42, false)]
    [InlineData("gemma3", 62, true)]
    public void Read_GemmaOf27B_ScalesScoresByWidth(string architecture, int layers, bool byWidth)
    {
        GgufBuilder builder = new GgufBuilder(architecture).SetArch("block_count", (uint)layers).SetArch("attention.key_length", 16u);
        for (int i = 0; i < layers; i++)
        {
            builder.Tensor($"blk.{i}.attn_norm.weight", 8);
        }

        using TemporaryFile model = builder.Write();
        using GgufFile file = GgufFile.Open(model.Path);
        Assert.Equal(byWidth ? 0.5f : 0.25f, ModelConfig.Read(file).AttentionScale); // width 8 over 2 heads, or heads of 16
    }

    [Theory]
    [InlineData(64, "rope_factors_short.weight")]
    [InlineData(65, "rope_factors_long.weight")]
    public void CreateRopeTable_LongRope_TakesTheFactorsOfTheWindow(int window, string tensor)
    {
        using GgufFile file = GgufFile.Open(TinyGolden.File("phi3"));
        float[] factors = new float[8];
        Dequantizer.Dequantize(GgmlType.F32, file.Bytes(file.Find(tensor)!), factors);
        double[] expected = [.. factors.Select((factor, i) => Math.Pow(10000, -i / 8.0) / factor)];
        Assert.Equal(expected, ModelConfig.Read(file).CreateRopeTable(file, window).InverseFrequencies);
    }

    [Theory]
    [InlineData("starcoder2", "blk.0.attn_norm.bias")]
    [InlineData("gpt2", "position_embd.weight")]
    [InlineData("qwen3", "blk.0.attn_q_norm.weight")]
    [InlineData("gemma2", "blk.0.post_attention_norm.weight")]
    [InlineData("olmo2", "blk.0.attn_q_norm.weight")]
    public void Read_TensorThatTheArchitectureNeeds_IsMissedByName(string architecture, string tensor)
    {
        GgufBuilder builder = new GgufBuilder(architecture).SetArch("attention.layer_norm_epsilon", 1e-5f).Tensor("output_norm.bias", 8);
        using TemporaryFile model = builder.Write();
        Assert.Equal(tensor, Assert.Throws<GgufFormatException>(() => ModelFile.Check(model.Path)).Field);
    }

    [Theory]
    [InlineData("mamba")]
    [InlineData("lfm2")]
    public void Read_StateSpace_IsRefusedInOneSentence(string name)
    {
        using GgufFile file = GgufFile.Open(TinyGolden.File(name));
        var error = Assert.Throws<ModelNotSupportedException>(() => ModelConfig.Read(file));
        Assert.Contains($"'{name}', which keeps a recurrent state", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_All_AreFoundInTheDocumentation()
    {
        string table = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "engine.md"));
        Assert.All(ArchitectureCatalog.Names, name => Assert.Contains($"`{name}`", table, StringComparison.Ordinal));
    }
}
