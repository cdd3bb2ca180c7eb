using System.Text.Json;
using Agentic.Inference.Tokenization.Unicode;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization.Unicode;

public class NormalizerTests
{
    [Fact]
    public void Normalize_RandomText_IsAsUnicodeSays()
    {
        int count = 0;
        foreach (JsonElement row in GoldenRows.Read(RepositoryFiles.Golden("unicode", "normalization.jsonl")))
        {
            Assert.Equal(row.Text("nfc"), Normalizer.ToNfc(row.Text("text")).ToString());
            Assert.Equal(row.Text("nfd"), Normalizer.ToNfd(row.Text("text")).ToString());
            count++;
        }

        Assert.Equal(400, count);
    }

    [Theory]
    [InlineData("e\u0301", "\u00E9", "e\u0301")]
    [InlineData("\u212B", "\u00C5", "A\u030A")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01", "\u1100\u1161\u11A8")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307", "a\u0323\u0307")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\uD800e\u0301\uDC00", "\uD800\u00E9\uDC00", "\uD800e\u0301\uDC00")]
    [InlineData("", "", "")]
    public void Normalize_KnownText_ComposesAndDecomposes(string text, string composed, string decomposed)
    {
        Assert.Equal(composed, Normalizer.ToNfc(text).ToString());
        Assert.Equal(decomposed, Normalizer.ToNfd(text).ToString());
    }

    [Fact]
    public void ToNfc_PlainText_IsNotCopied()
    {
        string text = "naïve café 漢字 한국어 𝐀";
        Assert.True(Normalizer.ToNfc(text).Overlaps(text));
    }

    [Fact]
    public void ToNfc_MillionMarks_IsOrderedAndStable()
    {
        string text = "e" + string.Concat(Enumerable.Repeat("\u0301\u0323", 500_000));
        ReadOnlySpan<char> composed = Normalizer.ToNfc(text);
        Assert.Equal('\u1EB9', composed[0]);
        Assert.Equal(999_999, composed[1..].Length);
        Assert.Equal(499_998, composed[1..].IndexOfAnyExcept('\u0323') - 1);
    }

    [Theory]
    [InlineData('A', 'a')]
    [InlineData(0x130, 0x130)]
    [InlineData(0x3A3, 0x3C3)]
    [InlineData(0x104, 0x105)]
    [InlineData(0x105, 0x105)]
    [InlineData(0x1E9E, 0xDF)]
    [InlineData(0x10400, 0x10428)]
    [InlineData(0x4E00, 0x4E00)]
    public void ToLower_CodePoint_MapsAlone(int upper, int lower) => Assert.Equal(lower, NormalizationData.ToLower(upper));
}
