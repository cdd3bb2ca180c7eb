using Agentic.Cli.Output;

namespace Agentic.Cli.Tests.Output;

public class WordsTests
{
    [Theory]
    [InlineData(0.44, "0.4 s")]
    [InlineData(38.4, "38 s")]
    [InlineData(59.7, "1 min 0 s")]
    [InlineData(250, "4 min 10 s")]
    [InlineData(12000, "3 h 20 min")]
    public void Time_Seconds_ReadsAsPeopleSayIt(double seconds, string expected) => Assert.Equal(expected, Words.Time(seconds));

    [Theory]
    [InlineData(1, "1 call")]
    [InlineData(0, "0 calls")]
    [InlineData(12000, "12,000 calls")]
    public void Count_Number_TakesItsPlural(long number, string expected) => Assert.Equal(expected, Words.Count(number, "call"));

    [Theory]
    [InlineData(12, "12 bytes")]
    [InlineData(98_362_432, "98.4 MB")]
    [InlineData(1_300_000_000, "1.3 GB")]
    public void Size_Bytes_TakesTheFittingUnit(long bytes, string expected) => Assert.Equal(expected, Words.Size(bytes));
}
