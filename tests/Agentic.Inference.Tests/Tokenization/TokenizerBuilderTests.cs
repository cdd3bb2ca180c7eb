using System.Text.Json;
using Agentic.Inference.Gguf;
using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization;

public class TokenizerBuilderTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a ")]
    [InlineData("ab c")]
    [InlineData("a zz")]
    [InlineData("b a")]
    [InlineData("a \u2581")]
    public void Build_BrokenMerge_IsRefused(string merge)
    {
        var error = Assert.Throws<GgufFormatException>(() => HandMade.ByteLevel([("ab", 1)], ["a b", merge]).Build());
        Assert.StartsWith($"hand.gguf: tokenizer.ggml.merges entry 1 is '{merge}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_UnknownPreTokenizer_IsRefusedByName()
    {
        var error = Assert.Throws<ModelNotSupportedException>(() => HandMade.ByteLevel([], [], "frobnicate").Build());
        Assert.Contains("'frobnicate'", error.Message, StringComparison.Ordinal);
        Assert.Throws<GgufFormatException>(() => HandMade.ByteLevel([], [], null).Build());
    }

    [Fact]
    public void Build_UnknownTokenType_IsRefused() =>
        Assert.Throws<GgufFormatException>(() => HandMade.ByteLevel([("x", 99)], []).Build());

    [Fact]
    public void Build_ScoreThatIsNoNumber_IsRefused() =>
        Assert.Throws<GgufFormatException>(() => HandMade.Scored([("a", 1, 0), ("b", 1, float.NaN)]).Build());

    [Fact]
    public void Build_SameTokenTwice_TakesTheFirst() =>
        Assert.Equal([HandMade.FirstMore], HandMade.ByteLevel([("ab", 1), ("ab", 1), ("", 1)], ["a b"]).Build().Encode("ab"));

    [Fact]
    public void Encode_ByteWithoutToken_IsDropped()
    {
        Tokenizer tokenizer = HandMade.ByteLevel([], []).Build();
        Assert.Equal("ab", tokenizer.Decode(tokenizer.Encode("aéb\u0004")));
    }

    [Theory]
    [InlineData("gpt-2", false)]
    [InlineData("llama-bpe", true)]
    public void Encode_PieceThatIsAToken_IsTakenWholeOnlyByLlama(string pre, bool whole)
    {
        // "abc" is a token that merging cannot reach.
        Tokenizer tokenizer = HandMade.ByteLevel([("ab", 1), ("abc", 1)], ["a b"], pre).Build();
        int[] ids = tokenizer.Encode("abc");
        Assert.Equal(whole ? [HandMade.FirstMore + 1] : [HandMade.FirstMore, 'c' - 0x21], ids);
    }

    [Fact]
    public void FromGguf_BadFiles_BuildOrRefuseInASentence()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Golden("bad-gguf", "expected.json")));
        int built = 0;
        foreach (JsonProperty file in expected.RootElement.EnumerateObject())
        {
            Exception? error = Record.Exception(() => Tokenizers.Read(RepositoryFiles.Golden("bad-gguf", file.Name)).Encode("The hat, 12 in\n\nthe bad file"));
            Assert.True(error is null or GgufFormatException or ModelNotSupportedException, $"{file.Name}: {error}");
            Assert.True(error is null || file.Value.GetProperty("expect").GetString() != "loads", $"{file.Name}: {error?.Message}");
            built += error is null ? 1 : 0;
        }

        Assert.InRange(built, 30, 144);
    }

    [Fact]
    public void FromGguf_ValidFile_EncodesAsItsCheckSays()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Golden("bad-gguf", "expected.json")));
        JsonElement check = expected.RootElement.GetProperty("valid.gguf").GetProperty("check");
        Assert.Equal(check.Ids("ids"), Tokenizers.Read(RepositoryFiles.Golden("bad-gguf", "valid.gguf")).Encode(check.Text("text"), parseSpecial: true));
    }
}
