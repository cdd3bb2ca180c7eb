using Agentic.Reading.ChainOfAgents;

namespace Agentic.Tests.Reading;

public class FactSheetTests
{
    private static readonly Document Source = new("d", new string('x', 10_000));

    [Fact]
    public void With_OverBudget_EvictsTheLeastRelevantFirst()
    {
        List<string> gone = [];
        FactSheet sheet = new(100);
        foreach ((int at, double relevance) in new[] { (0, 3.0), (10, 1.0), (20, 5.0), (30, 2.0) })
        {
            sheet = sheet.With(At(at, relevance, tokens: 40), f => gone.Add(f.Evidence.Quote));
        }

        Assert.Equal(["quote 10", "quote 30"], gone);
        Assert.Equal(["quote 0", "quote 20"], sheet.Facts.Select(f => f.Evidence.Quote));
        Assert.Equal(80, sheet.Tokens);
    }

    [Fact]
    public void With_EqualRelevance_KeepsTheEarlier()
    {
        FactSheet sheet = new FactSheet(40).With(At(0, 1, 40)).With(At(50, 1, 40));

        Assert.Equal("quote 0", Assert.Single(sheet.Facts).Evidence.Quote);
    }

    [Fact]
    public void With_FactLargerThanTheBudget_IsDroppedAlone()
    {
        FactSheet sheet = new FactSheet(100).With(At(0, 1, 50)).With(At(50, 0.5, 500));

        Assert.Equal("quote 0", Assert.Single(sheet.Facts).Evidence.Quote);
    }

    [Fact]
    public void With_AnyOrder_ShowsFactsAsTheDocumentGoes()
    {
        FactSheet sheet = new FactSheet(1000).With(At(300, 1, 10, chunk: 1)).With(At(100, 2, 10)).With(At(200, 3, 10));

        Assert.Equal(["quote 100", "quote 200", "quote 300"], sheet.Facts.Select(f => f.Evidence.Quote));
        Assert.Equal(["quote 200", "quote 100", "quote 300"], sheet.ByRelevance.Select(f => f.Evidence.Quote));
    }

    [Fact]
    public void With_KnownFact_KeepsOneWithTheBetterRelevance()
    {
        FactSheet sheet = new FactSheet(1000).With(At(0, 1, 10)).With(At(0, 4, 10)).With(At(0, 2, 10));

        Assert.Equal(4, Assert.Single(sheet.Facts).Relevance);
    }

    [Fact]
    public void With_DozensOfHops_KeepsTheExactString()
    {
        FactSheet sheet = new FactSheet(200).With(At(0, 5, 20));
        for (int i = 1; i < 60; i++)
        {
            sheet = sheet.With(At(i * 20, 1 + (i % 3), 20, chunk: i));
        }

        Assert.Contains("\"quote 0\"", sheet.Render(), StringComparison.Ordinal);
        Assert.InRange(sheet.Tokens, 1, 200);
    }

    [Fact]
    public void WithCandidate_LessRelevant_DoesNotReplace()
    {
        FactSheet sheet = new FactSheet(10).WithCandidate("412 tonnes", 4).WithCandidate("400 tonnes", 2).WithCandidate("", 5);

        Assert.Equal("412 tonnes", sheet.Candidate?.Text);
        Assert.Equal("414 tonnes", sheet.WithCandidate("414 tonnes", 4).Candidate?.Text);
    }

    [Fact]
    public void WithOpenQuestion_TooMany_ForgetsTheOldest()
    {
        FactSheet sheet = new(10);
        for (int i = 0; i < 7; i++)
        {
            sheet = sheet.WithOpenQuestion($"q{i}").WithOpenQuestion($"q{i}");
        }

        Assert.Equal(["q2", "q3", "q4", "q5", "q6"], sheet.OpenQuestions);
    }

    private static Fact At(int start, double relevance, int tokens, int chunk = 0) =>
        new(
            new Evidence { Quote = $"quote {start}", Source = "d", Stage = "worker", Chunk = chunk, Span = new TextSpan(start, 9), Verified = true },
            Source,
            null,
            "",
            relevance,
            tokens);
}
