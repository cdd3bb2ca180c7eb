using System.Text;
using Agentic.Grounding;

namespace Agentic.Tests.Grounding;

public class EvidenceLocatorTests
{
    private const string Text = "Intro.\nThe *moving span* weighs\n  412 tonnes — “with” the counterweight.  End.";

    [Theory]
    [InlineData("Intro.", "Intro.")]
    [InlineData("weighs 412 tonnes", "weighs\n  412 tonnes")]
    [InlineData("The moving span weighs 412 tonnes - \"with\" the counterweight", "The *moving span* weighs\n  412 tonnes — “with” the counterweight")]
    [InlineData("\"the counterweight. End.\"", "the counterweight.  End.")]
    [InlineData("the counterweight;", "the counterweight")]
    public void Find_QuoteThatIsThere_ReturnsItsPlace(string quote, string expected)
    {
        TextSpan? span = EvidenceLocator.Find(Text, quote);

        Assert.NotNull(span);
        Assert.Equal(expected, Text.Substring(span.Value.Start, span.Value.Length));
    }

    [Theory]
    [InlineData("421 tonnes")]
    [InlineData("weighs 412tonnes")]
    [InlineData("")]
    [InlineData(" \" ")]
    [InlineData("...")]
    public void Find_QuoteThatIsNot_ReturnsNull(string quote) => Assert.Null(EvidenceLocator.Find(Text, quote));

    [Fact]
    public void Find_Near_PrefersThatPlace()
    {
        const string Twice = "It rained. It rained.";

        Assert.Equal(new TextSpan(11, 10), EvidenceLocator.Find(Twice, "It rained.", new TextSpan(10, 11)));
        Assert.Equal(new TextSpan(0, 10), EvidenceLocator.Find(Twice, "It rained."));
    }

    [Theory]
    [InlineData(-5, 3)]
    [InlineData(5, -3)]
    [InlineData(8, 100)]
    [InlineData(500, 10)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Find_NearOutsideTheText_SearchesWhatIsThere(int start, int length) =>
        Assert.Equal(new TextSpan(3, 6), EvidenceLocator.Find("It rained.", "rained", new TextSpan(start, length)));

    [Theory]
    [InlineData("Das Cafe\u0301 o\u0308ffnet.", "Café öffnet")]
    [InlineData("Das Café öffnet.", "Cafe\u0301 o\u0308ffnet")]
    [InlineData("Vie\u0323\u0302t", "Việt")]
    [InlineData("Việt", "Vie\u0323\u0302t")]
    [InlineData("\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글")]
    [InlineData("か\u3099", "が")]
    public void Find_OtherCanonicalForm_FindsIt(string text, string quote)
    {
        TextSpan? span = EvidenceLocator.Find(text, quote);

        Assert.NotNull(span);
        Assert.Equal(text.Replace("Das ", "", StringComparison.Ordinal).TrimEnd('.'), text.Substring(span.Value.Start, span.Value.Length));
    }

    [Theory]
    [InlineData("cafe\u0301", "cafè")]
    [InlineData("한", "\u1112\u1161")]
    public void Find_OtherLetter_ReturnsNull(string text, string quote) => Assert.Null(EvidenceLocator.Find(text, quote));

    [Fact]
    public void Find_EveryStretchRewrapped_MapsBackToTheOriginal()
    {
        var random = new Random(3);
        string[] words = [.. Enumerable.Range(0, 60).Select(i => $"word{i}")];
        var text = new StringBuilder();
        var starts = new List<int>();
        foreach (string word in words)
        {
            starts.Add(text.Length);
            text.Append(word).Append(random.Next(3) switch { 0 => "\n", 1 => "  ", _ => " \t" });
        }

        for (int i = 0; i < 40; i++)
        {
            int to = i + 15;
            TextSpan? span = EvidenceLocator.Find(text.ToString(), string.Join(' ', words[i..to]));
            Assert.Equal(TextSpan.FromBounds(starts[i], starts[to - 1] + words[to - 1].Length), span);
        }
    }

    [Fact]
    public void Find_RepetitiveText_NeedsNoQuadraticTime()
    {
        // Naive search would take 10^12 steps here.
        string text = string.Concat(Enumerable.Repeat("a ", 2_000_000)) + "b";
        string quote = string.Concat(Enumerable.Repeat("a  ", 400_000)) + "b";

        TextSpan? span = EvidenceLocator.Find(text, quote);

        Assert.Equal(text.Length, span?.End);
    }

    [Fact]
    public void Locate_UnknownQuote_IsUnverifiedAsClaimed()
    {
        Evidence evidence = EvidenceLocator.Locate(new Document("d", Text), "It weighs 500 tonnes.", "worker", 3, 0.5);

        Assert.False(evidence.Verified);
        Assert.Null(evidence.Span);
        Assert.Equal("It weighs 500 tonnes.", evidence.Quote);
        Assert.Equal(3, evidence.Chunk);
    }

    [Fact]
    public void Locate_KnownQuote_IsCitedAsItStandsWithItsPage()
    {
        var document = new Document("d", Text, [new TextSpan(0, 7), TextSpan.FromBounds(7, Text.Length)]);

        Evidence evidence = EvidenceLocator.Locate(document, "weighs 412 tonnes", "worker");

        Assert.True(evidence.Verified);
        Assert.Equal("weighs\n  412 tonnes", evidence.Quote);
        Assert.Equal(2, evidence.Page);
    }
}
