using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Gguf;

public class TokenizerMetadataTests
{
    private const string Prefix = "tokenizer.ggml.";

    [Fact]
    public void Read_EverythingGiven_IsRead()
    {
        using var model = new GgufBuilder().Set(Prefix + "pre", "smollm").Set(Prefix + "token_type", new[] { 1, 1, 1, 3 }).Set(Prefix + "scores", new[] { 0f, -1, -2, 0 })
            .Set(Prefix + "bos_token_id", 3u).Set(Prefix + "eos_token_id", (int)2).Set(Prefix + "eot_token_id", 1ul).Set(Prefix + "separator_token_id", 1u)
            .Set(Prefix + "add_bos_token", true).Set(Prefix + "add_space_prefix", false).Set("tokenizer.chat_template", "{{ x }}").Write();
        var read = Read(model.Path);
        Assert.Equal(("gpt2", "smollm", "{{ x }}"), (read.Model, read.Pre, read.ChatTemplate));
        Assert.Equal((3, 2, 1, null, 1), (read.BosToken, read.EosToken, read.EotToken, read.PaddingToken, read.SeparatorToken));
        Assert.Equal((true, null, false), (read.AddBos, read.AddEos, read.AddSpacePrefix));
        Assert.Equal([1, 1, 1, 3], read.Types!);
        Assert.Equal([0f, -1, -2, 0], read.Scores!);
        Assert.Equal("<e>", read.Tokens.Text(3));
        Assert.Equal("a b", read.Merges!.Text(0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(uint.MaxValue)]
    [InlineData(ulong.MaxValue >> 32)]
    public void Read_IdOfMinusOne_IsNone(object id)
    {
        using var model = new GgufBuilder().Set(Prefix + "eos_token_id", id).Write();
        Assert.Null(Read(model.Path).EosToken);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(-2)]
    public void Read_IdOutOfRange_IsRefused(int id)
    {
        using var model = new GgufBuilder().Set(Prefix + "eot_token_id", id).Write();
        Assert.Equal(Prefix + "eot_token_id", Assert.Throws<GgufFormatException>(() => Read(model.Path)).Field);
    }

    [Fact]
    public void Read_SentencePieceWithoutScores_IsRefused()
    {
        using var model = new GgufBuilder().Set(Prefix + "model", "llama").Write();
        Assert.Equal(Prefix + "scores", Assert.Throws<GgufFormatException>(() => Read(model.Path)).Field);
    }

    [Fact]
    public void Read_ScoresOfWrongLength_AreRefused()
    {
        using var model = new GgufBuilder().Set(Prefix + "scores", new[] { 0f }).Write();
        Assert.Equal(Prefix + "scores", Assert.Throws<GgufFormatException>(() => Read(model.Path)).Field);
    }

    private static TokenizerMetadata Read(string path)
    {
        using var file = GgufFile.Open(path);
        return TokenizerMetadata.Read(file);
    }
}
