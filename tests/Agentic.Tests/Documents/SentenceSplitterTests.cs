using Agentic.Documents;

namespace Agentic.Tests.Documents;

public class SentenceSplitterTests
{
    [Theory]
    [InlineData("One. Two! Three?", "One.|Two!|Three?")]
    [InlineData("Dr. Smith met Mr. Jones. They spoke.", "Dr. Smith met Mr. Jones.|They spoke.")]
    [InlineData("It cost 3.5 crowns. He paid.", "It cost 3.5 crowns.|He paid.")]
    [InlineData("J. R. Smith came. He left.", "J. R. Smith came.|He left.")]
    [InlineData("\"Stop!\" he said. She did.", "\"Stop!\" he said.|She did.")]
    [InlineData("“It is over.” Nobody moved.", "“It is over.”|Nobody moved.")]
    [InlineData("See e.g. the map. Then go.", "See e.g. the map.|Then go.")]
    [InlineData("Wait… what now. Yes.", "Wait… what now.|Yes.")]
    [InlineData("# A heading\nText here. More.", "# A heading|Text here.|More.")]
    [InlineData("Para one\n\nPara two", "Para one|Para two")]
    [InlineData("wrapped\nline goes on. Next", "wrapped\nline goes on.|Next")]
    [InlineData("| a | b. c |\n| 1. | 2 |\nText.", "| a | b. c |\n|| 1. | 2 |\n|Text.")]
    [InlineData("- first item\n- second item", "- first item|- second item")]
    [InlineData("1. First thing\n2. Second thing", "1. First thing|2. Second thing")]
    [InlineData("今天下雨。我们回家！你呢？", "今天下雨。|我们回家！|你呢？")]
    public void Split_Text_EndsWhereSentencesEnd(string text, string expected)
    {
        string[] sentences = [.. SentenceSplitter.Split(text).Select(s => text.Substring(s.Start, s.Length))];

        Assert.Equal(expected.Replace("\n|", "|", StringComparison.Ordinal), string.Join('|', sentences.Select(s => s.Trim())));
        Assert.Equal(text, string.Concat(sentences));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n\n ")]
    [InlineData("....!!??")]
    [InlineData("\r\n\r\n#\r\n|\r\n- ")]
    [InlineData("a")]
    public void Split_OddText_SpansCoverIt(string text) =>
        Assert.Equal(text, string.Concat(SentenceSplitter.Split(text).Select(s => text.Substring(s.Start, s.Length))));

    [Fact]
    public void Split_RandomText_SpansCoverItAndAreNeverEmpty()
    {
        var random = new Random(5);
        const string Alphabet = "ab. !?\n#|-1。。\"”)…*\t\r ABC";
        for (int i = 0; i < 500; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(200)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            TextSpan[] spans = [.. SentenceSplitter.Split(text)];
            Assert.All(spans, s => Assert.True(s.Length > 0));
            Assert.Equal(text, string.Concat(spans.Select(s => text.Substring(s.Start, s.Length))));
        }
    }
}
