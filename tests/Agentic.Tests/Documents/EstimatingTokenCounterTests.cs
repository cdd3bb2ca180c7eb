using Agentic.Documents;
using Microsoft.Extensions.AI;

namespace Agentic.Tests.Documents;

public class EstimatingTokenCounterTests
{
    private static readonly EstimatingTokenCounter Counter = EstimatingTokenCounter.Instance;

    [Theory]
    [InlineData("", 0)]
    [InlineData("word", 1)]
    [InlineData("a word", 2)]
    [InlineData("approximately", 3)]
    [InlineData("1986", 4)]
    [InlineData("今天", 4)]
    [InlineData("😀", 2)]
    [InlineData("a\nb", 3)]
    public void CountText_Rule_IsAsStated(string text, int expected) => Assert.Equal(expected, Counter.CountText(text));

    [Fact]
    public void PrefixLength_AnyLimit_FitsAndIsLongest()
    {
        const string Text = "The Meridian Ice Trust paid 3,120 crowns. 今天😀 end";
        for (int most = 0; most <= Counter.CountText(Text) + 1; most++)
        {
            int length = Counter.PrefixLength(Text, most);
            Assert.InRange(Counter.CountText(Text.AsSpan(0, length)), 0, most);
            Assert.True(length == Text.Length || !char.IsLowSurrogate(Text[length]));
        }
    }

    [Fact]
    public void CountPrompt_Messages_CostTheirTextAndMore()
    {
        PromptTokens prompt = Counter.CountPrompt([new ChatMessage(ChatRole.System, "Be brief."), new ChatMessage(ChatRole.User, "Why?")]);

        Assert.Null(prompt.Ids);
        Assert.True(prompt.Count > Counter.CountText("Be brief.") + Counter.CountText("Why?"));
        Assert.False(Counter.IsExact);
    }
}
