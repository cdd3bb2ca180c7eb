using Xunit;

namespace Agentic.Inference.Tests.Tokenization.WordPiece;

public class WordPieceTokenizerTests
{
    [Theory]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("ΟΔΟΣ", "οδοσ")]
    [InlineData("Ångström", "angstrom")]
    [InlineData("a\u00ADb", "ab")]
    [InlineData("a\u0085b", "ab")]
    [InlineData("a\u3000b", "a b")]
    [InlineData("漢字", " 漢  字 ")]
    public void Encode_Text_IsThatOfItsNormalForm(string text, string normal) =>
        Assert.Equal(Tokenizers.MiniLm.Encode(normal), Tokenizers.MiniLm.Encode(text));

    [Fact]
    public void Encode_HundredCodePoints_IsTheLimitOfAWord()
    {
        Assert.DoesNotContain(100, Tokenizers.MiniLm.Encode(new string('a', 100)));
        Assert.Equal([100], Tokenizers.MiniLm.Encode(new string('a', 101)));
        Assert.Equal([999, 100, 999], Tokenizers.MiniLm.Encode("!" + new string('a', 1000) + "!"));
    }
}
