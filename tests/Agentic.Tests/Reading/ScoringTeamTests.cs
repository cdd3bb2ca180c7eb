using Agentic.Reading.ChainOfAgents;

namespace Agentic.Tests.Reading;

public class ScoringTeamTests
{
    private const string Question = "How much does the moving span weigh?";
    private const string Needle = "The moving span weighs 412 tonnes, code KS-4417-A.";

    [Fact]
    public async Task Ask_SmallModelThatScores_AnswersWithTheVerbatimSentence()
    {
        (ScriptedChatClient client, ScriptedScorer scorer) = Small();
        Document story = ChainOfAgentsReaderTests.Story(out _, Needle);

        Answer answer = await new ChainOfAgentsReader(client).AskAsync([story], Question);

        Assert.Equal(RunStatus.Answered, answer.Status);
        Assert.StartsWith(Needle, answer.Text, StringComparison.Ordinal);
        Evidence best = answer.Evidence[0];
        Assert.True(best.Verified);
        Assert.Equal(Needle, story.Text.Substring(best.Span!.Value.Start, best.Span.Value.Length));
        Assert.Equal(answer.Plan!.Calls, answer.Usage.Calls);
        Assert.Single(client.Calls);
        Assert.All(scorer.Asked, a => Assert.Equal(" " + Question, a.Candidate));
    }

    [Fact]
    public async Task Ask_PassageWithoutTheWordsButLikely_IsFoundByTheModel()
    {
        // "How heavy" shares no word with the sentence that answers; only the model sees the likeness.
        var scorer = new ScriptedScorer((context, _) => context.Contains("412", StringComparison.Ordinal) ? -1 : -9);
        ScriptedChatClient client = new ScriptedChatClient("412 tonnes.").With(new WordTokens(2000, 135_000_000)).With(scorer);
        Document story = ChainOfAgentsReaderTests.Story(out _, "It came to 412 tonnes on the scales.");

        Answer answer = await new ChainOfAgentsReader(client).AskAsync([story], "How heavy is a swing of iron and of stone?");

        Assert.Contains(answer.Evidence, e => e.Quote.Contains("412 tonnes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_AnswerTwoSentencesApart_GivesBoth()
    {
        var scorer = new ScriptedScorer((context, _) => context.Contains("Quillon", StringComparison.Ordinal) ? -1 : context.Contains("Brackley", StringComparison.Ordinal) ? -2 : -5);
        ScriptedChatClient client = new ScriptedChatClient("the treasurer is Amadou Fersen.").With(new WordTokens(2000, 135_000_000)).With(scorer);
        string filler = ChainOfAgentsReaderTests.Story(out _).Text;
        var story = new Document("d", $"{filler} The treasurer of the Quillon Society is Amadou Fersen. {filler} Amadou Fersen lives in the town of Brackley Moor. {filler}");

        Answer answer = await new ChainOfAgentsReader(client).AskAsync([story], "In which town does the treasurer of the Quillon Society live?");

        Assert.StartsWith("The treasurer of the Quillon Society is Amadou Fersen.", answer.Text, StringComparison.Ordinal);
        Assert.Contains("Brackley Moor", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_NothingExplainsTheQuestion_IsNotFoundWithoutADraft()
    {
        var scorer = new ScriptedScorer((context, _) => context == "Question:" ? -5 : -4.8);
        ScriptedChatClient client = new ScriptedChatClient("412 tonnes.").With(new WordTokens(2000, 135_000_000)).With(scorer);

        Answer answer = await new ChainOfAgentsReader(client).AskAsync([ChainOfAgentsReaderTests.Story(out _)], "Which violinist owned the castle of Lindau?");

        Assert.Equal(RunStatus.NotFound, answer.Status);
        Assert.Equal("", answer.Text);
        Assert.Empty(client.Calls);
    }

    [Fact]
    public async Task Ask_LargeModel_DoesNotScore()
    {
        var scorer = new ScriptedScorer((_, _) => -1);
        ScriptedChatClient client = new ScriptedChatClient("NONE").With(new WordTokens(4000, 70_000_000_000)).With(scorer);

        await new ChainOfAgentsReader(client).AskAsync([ChainOfAgentsReaderTests.Story(out _, Needle)], Question);

        Assert.Empty(scorer.Asked);
    }

    [Fact]
    public void New_ScoringForced_NeedsAScorer() =>
        Assert.Throws<ConfigurationException>(() =>
            new ChainOfAgentsReader(new ScriptedChatClient("x"), new ChainOfAgentsOptions { Worker = WorkerKind.Scoring }).Plan([ChainOfAgentsReaderTests.Story(out _)], Question));

    [Theory]
    [InlineData(ReadingOrder.Forward)]
    [InlineData(ReadingOrder.Backward)]
    [InlineData(ReadingOrder.Random)]
    public async Task Ask_AnyOrder_GivesTheSameAnswerAndEvidence(ReadingOrder order)
    {
        Document story = ChainOfAgentsReaderTests.Story(out _, Needle);

        Answer forward = await new ChainOfAgentsReader(Small(400).Client).AskAsync([story], Question);
        Answer other = await new ChainOfAgentsReader(Small(400).Client, new ChainOfAgentsOptions { Order = order, Seed = 4 }).AskAsync([story], Question);

        Assert.True(forward.Plan!.Chunks > 3);
        Assert.Equal(forward.Text, other.Text);
        Assert.Equal(forward.Evidence[0], other.Evidence[0]);
    }

    [Fact]
    public async Task Ask_FiveMillionWords_MemoryStaysFlat()
    {
        // 5 million words; the needle is past the middle.
        const string Filler = "The harbour was quiet and the gulls sat on the wall until the tide came in. ";
        string half = string.Concat(Enumerable.Repeat(Filler, 156_250));
        var story = new Document("long.txt", half + Needle + " " + half);
        (ScriptedChatClient client, _) = Small(8192, remember: false);
        var reader = new ChainOfAgentsReader(client);
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long peak = before;

        Answer? answer = null;
        await foreach (RunEvent e in reader.RunAsync([story], Question))
        {
            answer = (e as FinishedEvent)?.Answer ?? answer;
            if (e is ChunkDoneEvent { Chunk: var chunk } && chunk % 200 == 0)
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true));
            }
        }

        Assert.StartsWith(Needle, answer!.Text, StringComparison.Ordinal);
        Assert.True(answer.Plan!.Chunks > 500);
        Assert.True(peak - before < 16 << 20, $"grew by {(peak - before) >> 20} MB beside a text of {story.Text.Length >> 19} MB");
    }

    private static (ScriptedChatClient Client, ScriptedScorer Scorer) Small(int window = 2000, bool remember = true)
    {
        var scorer = new ScriptedScorer((context, _) => context.Contains("412", StringComparison.Ordinal) ? -1 : -5) { Remembers = remember };
        return (new ScriptedChatClient("the span weighs 412 tonnes.").With(new WordTokens(window, 135_000_000)).With(scorer), scorer);
    }
}
