using System.Diagnostics;
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

    [Fact]
    public void Append_RandomStopsAndSplits_TheFirstCompleteStopWhateverTheSplit()
    {
        var random = new Random(7);
        string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => "ab\u00e9"[random.Next(3)]));
        for (int round = 0; round < 3000; round++)
        {
            string[] stops = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Text(random.Next(1, 6)))];
            string text = Text(random.Next(0, 40));
            (string expected, bool found) = Oracle(stops, text);
            var matcher = new StopMatcher(stops);
            string seen = "";
            for (int i = 0; i < text.Length;)
            {
                int length = random.Next(0, text.Length - i + 1);
                seen += matcher.Append(text.Substring(i, length));
                i += length;
                // Nothing comes out that may still belong to a stop text, and nothing more is held back than that.
                Assert.Equal(found && matcher.Found ? expected : Certain(stops, text[..i]), seen);
            }

            Assert.Equal((expected, found), (seen + matcher.Flush(), matcher.Found));
        }
    }

    [Fact]
    public void Append_HundredThousandStops_IsFast()
    {
        var random = new Random(3);
        string[] stops = [.. Enumerable.Range(0, 100_000).Select(i => $"{random.Next()} stop {i}!")];
        long started = Stopwatch.GetTimestamp();
        var matcher = new StopMatcher(stops);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 10);
        started = Stopwatch.GetTimestamp();
        for (int i = 0; i < 100_000; i++)
        {
            Assert.Equal("some text ", matcher.Append("some text "));
        }

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 2);
        Assert.Equal("7", matcher.Append("7" + stops[54_321]));
        Assert.True(matcher.Found);
    }

    /// <summary>By trying every end from the left, and at an end the longest stop.</summary>
    private static (string Text, bool Found) Oracle(string[] stops, string text)
    {
        for (int end = 1; end <= text.Length; end++)
        {
            if (stops.Where(stop => text.AsSpan(0, end).EndsWith(stop)).MaxBy(stop => stop.Length) is string stop)
            {
                return (text[..(end - stop.Length)], true);
            }
        }

        return (text, false);
    }

    private static string Certain(string[] stops, string text) =>
        text[..Enumerable.Range(0, text.Length + 1).First(start => stops.Any(stop => stop.StartsWith(text[start..], StringComparison.Ordinal)))];
}
