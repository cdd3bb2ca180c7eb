using Agentic.Reading.ChainOfAgents;

namespace Agentic.Tests.Reading;

public class ExtractionTests
{
    [Fact]
    public void Parse_PlainForm_ReadsAllFields()
    {
        var found = Extraction.Parse("QUOTE: \"It weighs 412 tonnes.\"\nRELEVANCE: 5\nQUOTE: The span is long.\nRELEVANCE: 2/5\nANSWER: 412 tonnes\nOPEN: none");

        Assert.Equal([("It weighs 412 tonnes.", 5.0), ("The span is long.", 2.0)], found.Quotes);
        Assert.Equal("412 tonnes", found.Answer);
        Assert.Equal("", found.Open);
        Assert.True(found.Complete);
    }

    [Fact]
    public void Parse_MessyForm_IsTolerated()
    {
        var found = Extraction.Parse("```\n**Answer:** old\n- **Quote**: “One\nTwo”\n1. Relevance : high\nOpen questions: who paid?\n**ANSWER:** new one\n```");

        Assert.Equal([("One", 2.5), ("Two", 5.0)], found.Quotes);
        Assert.Equal("new one", found.Answer);
        Assert.Equal("who paid?", found.Open);
    }

    [Theory]
    [InlineData("NONE")]
    [InlineData("None.")]
    [InlineData("**none**")]
    public void Parse_Nothing_IsCompleteAndEmpty(string reply)
    {
        var found = Extraction.Parse(reply);

        Assert.True(found.Complete);
        Assert.Empty(found.Quotes);
        Assert.Equal("", found.Answer);
    }

    [Theory]
    [InlineData("The text is about a bridge.")]
    [InlineData("{\"quote\": ")]
    public void Parse_NoForm_IsIncomplete(string reply) => Assert.False(Extraction.Parse(reply).Complete);

    [Theory]
    [InlineData("4", 4)]
    [InlineData("4.5", 4.5)]
    [InlineData("4/5", 4)]
    [InlineData("4 points", 4)]
    [InlineData("High", 5)]
    [InlineData("low", 1)]
    [InlineData("17", 5)]
    [InlineData("unclear", 2.5)]
    public void Level_Forms_AreRead(string text, double expected) => Assert.Equal(expected, Extraction.Level(text));
}
