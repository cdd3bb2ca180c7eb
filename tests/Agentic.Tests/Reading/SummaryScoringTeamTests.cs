using System.Text;
using Agentic.Reading.ChainOfAgents;

namespace Agentic.Tests.Reading;

public class SummaryScoringTeamTests
{
    [Fact]
    public async Task Ask_SmallModelNoQuestion_SummaryIsVerbatimSentencesInOrderWithinTheWords()
    {
        Document report = Report();

        Answer answer = await new ChainOfAgentsReader(Client(), new ChainOfAgentsOptions { SummaryWords = 60 }).AskAsync([report]);

        Assert.Equal(RunStatus.Answered, answer.Status);
        Assert.InRange(answer.Text.Split(' ').Length, 20, 60);
        Assert.All(answer.Evidence, e => Assert.True(e.Verified));
        int[] places = [.. answer.Evidence.OrderBy(e => e.Span!.Value.Start).Select(e => answer.Text.IndexOf(e.Quote, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.Equal(answer.Plan!.Calls, answer.Usage.Calls);
    }

    [Fact]
    public async Task Ask_SentenceThatExplainsItsTitle_IsPreferred()
    {
        Answer answer = await new ChainOfAgentsReader(Client(), new ChainOfAgentsOptions { SummaryWords = 40 }).AskAsync([Report()]);

        Assert.Contains("decisive", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_Focus_BringsItsSentencesIn()
    {
        Answer answer = await new ChainOfAgentsReader(Client(), new ChainOfAgentsOptions { SummaryWords = 40, Focus = "the lighthouse keeper" }).AskAsync([Report()]);

        Assert.Contains("lighthouse keeper", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_OneSentenceRepeated_IsSaidOnce()
    {
        const string Sentence = "The harbour bridge was opened by the operator before the tram had left it.";
        string text = "# Bridge\n\n" + string.Concat(Enumerable.Repeat(Sentence + " ", 50)) + "The pilot of the coaster reported the accident to the harbour office by radio.";

        Answer answer = await new ChainOfAgentsReader(Client(), new ChainOfAgentsOptions { SummaryWords = 28 }).AskAsync([new Document("d", text)]);

        Assert.Equal(2, answer.Text.Split(Sentence).Length);
        Assert.Contains("The pilot", answer.Text, StringComparison.Ordinal);
    }

    private static ScriptedChatClient Client() =>
        new ScriptedChatClient("never asked").With(new WordTokens(600, 135_000_000))
            .With(new ScriptedScorer((context, _) => context.Contains("decisive", StringComparison.Ordinal) ? -1 : -4));

    private static Document Report()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 12; i++)
        {
            text.Append("## Part ").Append(i).Append("\n\n");
            for (int j = 0; j < 6; j++)
            {
                text.Append("The harbour office counted ").Append((i * 7) + j).Append(" boats at pier number ").Append(i).Append(" on a morning of the year ").Append(1900 + (i * 6) + j).Append(". ");
            }

            text.Append(i == 5 ? "A decisive change of the rules came with the report of the inspector of harbours.\n\n" : i == 7 ? "Nobody at pier seven had seen the lighthouse keeper since the storm of that winter.\n\n" : "\n\n");
        }

        return new Document("report.md", text.ToString());
    }
}
