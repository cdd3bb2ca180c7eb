using Agentic.Inference.Hosting;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class StopMatcherTests
{
    [Theory]
    [InlineData("abcSTOPdef", "STOP", "abc", true)]
    [InlineData("abcSTO", "STOP", "abcSTO", false)]
    [InlineData("aaab", "aab", "a", true)]
    [InlineData("SSTOP", "STOP", "S", true)]
    [InlineData("one\n\ntwo", "\n\n", "one", true)]
    [InlineData("x", "x", "", true)]
    [InlineData("nothing", "", "nothing", false)]
    public void Append_CharacterByCharacter_StopsBeforeTheText(string text, string stop, string expected, bool found)
    {
        var matcher = new StopMatcher([stop]);
        string seen = string.Concat(text.Select(c => matcher.Append(c.ToString()))) + matcher.Flush();
        Assert.Equal(expected, seen);
        Assert.Equal(found, matcher.Found);
    }

    [Fact]
    public void Append_SeveralStops_EarliestWins()
    {
        var matcher = new StopMatcher(["def", "bc"]);
        Assert.Equal("a", matcher.Append("abcdef"));
        Assert.Equal("", matcher.Append("more"));
        Assert.Equal("", matcher.Flush());
    }

    [Fact]
    public void Append_EndThatMayBegin_IsHeldUntilItIsCertain()
    {
        var matcher = new StopMatcher(["</end>"]);
        Assert.Equal("text", matcher.Append("text</e"));
        Assert.Equal("</ex", matcher.Append("x"));
        Assert.False(matcher.Found);
    }
}
