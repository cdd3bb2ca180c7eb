using System.Security.Cryptography;
using Agentic.Inference.Gguf;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Gguf;

public class EmbeddedModelTests
{
    public static TheoryData<string, string> Sums
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var line in File.ReadAllLines(RepositoryFiles.Model("SHA256SUMS")))
            {
                var parts = line.Split("  ");
                data.Add(parts[1], parts[0]);
            }

            return data;
        }
    }

    [Fact]
    public void Sums_BothModels_AreListed() => Assert.Equal(2, Sums.Count);

    [Theory]
    [MemberData(nameof(Sums))]
    public void Model_InTree_HasItsHash(string name, string sha256)
    {
        using var stream = File.OpenRead(RepositoryFiles.Model(name));
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    [Fact]
    public void Check_LanguageModel_ReadsItsNumbers()
    {
        var config = ModelFile.Check(RepositoryFiles.Model("SmolLM2-135M-Instruct.Q4_1.gguf"));
        Assert.Equal(("llama", 8192, 576, 30, 1536), (config.Architecture, config.ContextLength, config.EmbeddingLength, config.BlockCount, config.FeedForwardLength));
        Assert.Equal((9, 3, 64, 64, 64), (config.HeadCount, config.HeadCountKv, config.KeyDim, config.ValueDim, config.RopeDim));
        Assert.Equal((100000.0, RopeScalingKind.None, 49152, 134515008L), (config.RopeBase, config.RopeScaling.Kind, config.VocabularySize, config.ParameterCount));
    }

    [Fact]
    public void TokenizerMetadata_EmbeddingModel_IsRead()
    {
        using var file = GgufFile.Open(RepositoryFiles.Model("all-MiniLM-L6-v2.Q8_0.gguf"));
        var tokenizer = TokenizerMetadata.Read(file);
        Assert.Equal(("bert", 30522, 101, 102, 102, 0), (tokenizer.Model, tokenizer.Tokens.Count, tokenizer.BosToken, tokenizer.EosToken, tokenizer.SeparatorToken, tokenizer.PaddingToken));
        Assert.Equal((true, true, true), (tokenizer.AddBos, tokenizer.AddEos, tokenizer.Lowercase));
        Assert.Contains("'bert'", Assert.Throws<ModelNotSupportedException>(() => ModelConfig.Read(file)).Message, StringComparison.Ordinal);
    }
}
