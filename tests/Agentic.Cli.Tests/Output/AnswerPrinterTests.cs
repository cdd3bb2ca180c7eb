using Agentic.Cli.Output;

namespace Agentic.Cli.Tests.Output;

public class AnswerPrinterTests
{
    [Theory]
    [InlineData(false, 5, "and 2 more with --verbose")]
    [InlineData(true, 7, "  7. “quote 7”")]
    public void Finish_ManyQuotations_ShowsAFewUnlessAllAreAskedFor(bool all, int shown, string line)
    {
        string text = Print(p => p.Finish(Answered("Yes.", 7)), all);

        Assert.Equal(shown, text.Split("characters ").Length - 1);
        Assert.Contains(line, text, StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_TextWasStreamed_IsNotPrintedTwice() =>
        Assert.Equal("Yes.\n", Print(p =>
        {
            p.Stream(" Yes");
            p.Stream(".");
            p.Finish(Answered("Yes.", 0));
        }));

    [Fact]
    public void Finish_AfterARestart_PrintsTheAnswerOnALineOfItsOwn() =>
        Assert.Equal("No\nYes.\n", Print(p =>
        {
            p.Stream("No");
            p.Restart();
            p.Stream("Yes.");
            p.Finish(Answered("Yes.", 0));
        }));

    [Fact]
    public void Finish_UnverifiedQuotation_IsMarked()
    {
        Answer answer = Answered("Yes.", 0) with { Evidence = [new Evidence { Quote = "made up", Source = "a.txt", Stage = "worker" }] };

        Assert.Contains("✗ not in the document", Print(p => p.Finish(answer)), StringComparison.Ordinal);
    }

    private static Answer Answered(string text, int quotes) => new()
    {
        Status = RunStatus.Answered,
        Text = text,
        Evidence = [.. Enumerable.Range(1, quotes).Select(i => new Evidence { Quote = $"quote {i}", Source = "a.txt", Stage = "worker", Span = new TextSpan(i, 7), Verified = true })],
    };

    private static string Print(Action<AnswerPrinter> act, bool all = false)
    {
        using var output = new StringWriter { NewLine = "\n" };
        act(new AnswerPrinter(new CommandOutput(output, TextWriter.Null, () => Stream.Null), all));
        return output.ToString();
    }
}
