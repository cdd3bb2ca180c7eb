using Agentic.Reading.ChainOfAgents;

namespace Agentic.Tests.Reading;

public class UnitValidatorTests
{
    private static readonly ProseUnit Long = new(string.Join(' ', Enumerable.Repeat("The bridge opened too early that night.", 20)));

    [Theory]
    [InlineData("No change needed.")]
    [InlineData("There are no updates to the summary.")]
    [InlineData("The summary remains unchanged.")]
    [InlineData("The previous summary is sufficient.")]
    [InlineData("No relevant information.")]
    [InlineData("The text does not mention the weight of the bridge.")]
    [InlineData("I'm sorry, I cannot help with that.")]
    [InlineData("As an AI language model I have no access.")]
    [InlineData("None.")]
    [InlineData("N/A")]
    [InlineData("Please provide the text.")]
    public void Refuse_Chatter_IsRefused(string reply)
    {
        Assert.NotNull(UnitValidator.Refuse(reply, Long, new WordTokens()));
        Assert.NotNull(UnitValidator.Refuse(reply, ProseUnit.Empty, new WordTokens()));
    }

    [Theory]
    [InlineData("The bridge weighs 412 tonnes and opened in 1931.")]
    [InlineData("No bolts were fitted; the crew said no changes were made to the desk.")]
    [InlineData("Nothing was heard for an hour. Then the launch came.")]
    public void Refuse_SummaryAfterNothing_IsAccepted(string reply) => Assert.Null(UnitValidator.Refuse(reply, ProseUnit.Empty, new WordTokens()));

    [Fact]
    public void Refuse_MuchShorterThanBefore_IsRefused()
    {
        Assert.NotNull(UnitValidator.Refuse("The bridge opened.", Long, new WordTokens()));
        Assert.Null(UnitValidator.Refuse(Long.Text[..(Long.Text.Length / 2)], Long, new WordTokens()));
    }
}
