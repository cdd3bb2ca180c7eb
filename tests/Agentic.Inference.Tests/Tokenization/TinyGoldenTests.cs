using System.Text.Json;
using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization;

public class TinyGoldenTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    [InlineData("mistral")]
    [InlineData("qwen3")]
    [InlineData("gemma2")]
    [InlineData("gemma3")]
    [InlineData("phi2")]
    [InlineData("phi3")]
    [InlineData("gpt2")]
    [InlineData("starcoder2")]
    [InlineData("stablelm")]
    [InlineData("mixtral")]
    [InlineData("qwen2moe")]
    [InlineData("qwen3moe")]
    [InlineData("deepseek2")]
    [InlineData("deepseek2-v3")]
    [InlineData("gpt-oss")]
    public void Encode_GoldenCases_GiveTheSameIds(string name)
    {
        Tokenizer tokenizer = Tokenizers.Tiny(name);
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Golden("tiny", name + ".json")));
        JsonElement cases = golden.RootElement.GetProperty("tokenizer_cases");
        Assert.NotEqual(0, cases.GetArrayLength());
        foreach (JsonElement row in cases.EnumerateArray())
        {
            Assert.Equal(row.Ids("ids"), tokenizer.Encode(row.Text("text")));
            Assert.Equal(row.Text("text"), tokenizer.Decode(row.Ids("ids")));
        }
    }

    [Theory]
    [InlineData("llama", true, new[] { 313, 315 })]
    [InlineData("qwen2", false, new[] { 313, 315 })]
    [InlineData("mistral", true, new[] { 2 })]
    [InlineData("gemma3", true, new[] { 1, 5 })]
    public void FromGguf_Metadata_IsHonoured(string name, bool addBos, int[] ends)
    {
        Tokenizer tokenizer = Tokenizers.Tiny(name);
        Assert.Equal(320, tokenizer.VocabularySize);
        Assert.Equal(addBos, tokenizer.AddBos);
        Assert.Equal(ends, tokenizer.EndTokens.Order());
        Assert.Equal(addBos ? tokenizer.BosToken!.Value : tokenizer.Encode("a")[0], tokenizer.EncodeSequence("a")[0]);
    }
}
