using Agentic.Inference.Tokenization;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization;

/// <summary>Texts of a million units on which anything quadratic or recursive would not come back.</summary>
public class LongTextTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData(" ")]
    [InlineData("\n ")]
    [InlineData("<|im_en")]
    [InlineData("漢字")]
    [InlineData("e\u0301\u0323")]
    public void Encode_MillionUnits_ComesBack(string unit)
    {
        string text = string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length));
        foreach (Tokenizer tokenizer in (Tokenizer[])[Tokenizers.SmolLm, Tokenizers.Tiny("llama"), Tokenizers.Tiny("mistral")])
        {
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text, parseSpecial: true)));
        }

        Assert.NotNull(Tokenizers.MiniLm.Encode(text, parseSpecial: true));
    }

    [Fact]
    public void Encode_MoreDifferentPiecesThanTheCacheHolds_IsTheSameEveryTime()
    {
        Tokenizer tokenizer = Tokenizers.SmolLm;
        string[] words = [.. Enumerable.Range(0, 60_000).Select(Word)];
        int[] whole = tokenizer.Encode(string.Concat(words));
        Assert.Equal(whole, tokenizer.Encode(string.Concat(words)));
        Assert.Equal(whole, words.SelectMany(word => tokenizer.Encode(word)));
    }

    /// <summary>A word for each number below 26^4.</summary>
    private static string Word(int number) =>
        $" {Letter(number)}xq{Letter(number / 26)}{Letter(number / 676)}{Letter(number / 17576)}";

    private static char Letter(int number) => (char)('a' + (number % 26));
}
