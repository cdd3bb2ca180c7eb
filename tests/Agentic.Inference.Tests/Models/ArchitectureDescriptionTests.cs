using Agentic.Inference.Gguf;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Models;

public sealed class ArchitectureDescriptionTests
{
    [Theory]
    [InlineData("llama-yarn", "before each branch", "multi|grouped", "Yarn scaling by 4", "gated Silu")]
    [InlineData("gemma3", "RMS norms around each branch", "queries and keys normed over each head", "in sliding layers", "gated GeluTanh")]
    [InlineData("gemma2", "around each branch", "scores capped at", "rotary", "gated GeluTanh")]
    [InlineData("gpt2", "layer norms before", "multi-head,", "learned", "plain GeluTanh")]
    [InlineData("phi2", "side by side", "multi-head,", "rotary", "plain GeluTanh")]
    [InlineData("deepseek2-v3", "RMS", "multi-head latent", "neighbours", "Sigmoid")]
    [InlineData("gpt-oss", "RMS", "a sink a head", "Yarn", "gated ClampedSwish")]
    [InlineData("qwen2moe", "RMS", "multi-head|grouped", "halves", "beside a shared one")]
    public void Of_AnyArchitecture_SaysWhatSetsItApart(string name, string layers, string attention, string positions, string feedForward)
    {
        using GgufFile file = GgufFile.Open(TinyGolden.File(name));
        ArchitectureDescription description = ArchitectureDescription.Of(ModelConfig.Read(file));
        Assert.Contains(layers, description.Summary, StringComparison.Ordinal);
        Assert.Contains(attention.Split('|'), part => description.Attention.Summary.Contains(part, StringComparison.Ordinal));
        Assert.Contains(positions, description.Positions.Summary, StringComparison.Ordinal);
        Assert.Contains(feedForward, description.FeedForward.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SlidingModel_NamesItsSlidingLayers()
    {
        using GgufFile file = GgufFile.Open(TinyGolden.File("gemma3"));
        ModelConfig config = ModelConfig.Read(file);
        AttentionDescription attention = ArchitectureDescription.Of(config).Attention;
        Assert.Equal(Enumerable.Range(0, config.BlockCount).Where(layer => layer % 6 != 5), attention.SlidingLayers);
        Assert.Equal(config.Layers[0].Window, attention.Window);
    }
}
