using System.Globalization;
using System.Text;
using System.Text.Json;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.MapReduce;
using Agentic.Runs;

namespace Agentic.Tests.Reading;

public class MapReduceReaderTests
{
    private const int Window = 900;
    private const string Question = "How much does the span weigh?";
    private static readonly MapReduceOptions Options = new() { AnswerTokens = 60, Worker = WorkerKind.Extracting, Agents = SmallCards.Of("mapreduce-") };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_OneChunkKnows_IsAnsweredWithItsSentence(bool json)
    {
        Document story = Story("The moving span weighs 412 tonnes, code KS-4417-A.", 17);
        ScriptedChatClient client = Client(json, call => IsReduce(call) ? "412 tonnes"
            : Part(call).Contains("KS-4417-A", StringComparison.Ordinal)
                ? Reply(json, "The moving  span weighs 412 tonnes, code KS-4417-A.", "It weighs 412 tonnes.", "412 tonnes", 5)
                : Reply(json, null, "", "NO INFORMATION", 0));

        Answer answer = await new MapReduceReader(client, Options).AskAsync([story], Question);

        Assert.Equal((RunStatus.Answered, "412 tonnes"), (answer.Status, answer.Text));
        Assert.True(answer.Evidence[0].Verified);
        Assert.Equal("The moving span weighs 412 tonnes, code KS-4417-A.", story.Text.Substring(answer.Evidence[0].Span!.Value.Start, answer.Evidence[0].Span!.Value.Length));
        ScriptedCall reduce = Assert.Single(client.Calls, IsReduce);
        Assert.Contains("412 tonnes", reduce.Prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("NO INFORMATION", Records(reduce), StringComparison.Ordinal);
        Assert.Equal(answer.Plan!.Chunks, client.Calls.Count(IsMap));
        Assert.All(client.Calls.Where(IsMap), c => Assert.Equal(json, c.Options.ResponseFormat is not null));
        Assert.All(client.Calls, c => Assert.True(new WordTokens().CountPrompt(c.Messages).Count + c.Options.MaxOutputTokens <= Window));
    }

    [Fact]
    public async Task Ask_NobodyKnows_IsNotFoundAndTheModelIsNotAskedToGuess()
    {
        ScriptedChatClient client = Client(false, call => Reply(false, null, "It tells of pigs.", "[NO INFORMATION]", 0));

        Answer answer = await new MapReduceReader(client, Options).AskAsync([Story()], Question);

        Assert.Equal(RunStatus.NotFound, answer.Status);
        Assert.DoesNotContain(client.Calls, IsReduce);
        Assert.Contains(answer.Trace.OfType<RecordDroppedEvent>(), e => e.Reason.Contains("It tells of pigs.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ask_RationaleNamesTheSentinel_TheRecordStays()
    {
        ScriptedChatClient client = Client(false, call => IsReduce(call) ? "412 tonnes"
            : Reply(false, null, "Others say NO INFORMATION.", Part(call).Contains("Sentence 3 ", StringComparison.Ordinal) ? "412 tonnes" : "NO INFORMATION", 4));

        Assert.Equal("412 tonnes", (await new MapReduceReader(client, Options).AskAsync([Story()], Question)).Text);
    }

    [Fact]
    public async Task Ask_ManyLongRecords_AreCollapsedUntilTheyFit()
    {
        ScriptedChatClient client = Client(false, call => IsReduce(call) ? "412 tonnes"
            : IsCollapse(call) ? Reply(false, null, "Merged.", "412 tonnes", 4)
            : Reply(false, null, string.Join(' ', Enumerable.Repeat("fact", 60)), "412 tonnes", 3));

        Answer answer = await new MapReduceReader(client, Options).AskAsync([Story(sentences: 120)], Question);

        Assert.Equal("412 tonnes", answer.Text);
        CollapsedEvent[] rounds = [.. answer.Trace.OfType<CollapsedEvent>()];
        Assert.NotEmpty(rounds);
        Assert.All(rounds, r => Assert.True(r.After < r.Before));
        string last = Records(client.Calls.Single(IsReduce));
        foreach (int chunk in Enumerable.Range(1, answer.Plan!.Chunks))
        {
            Assert.Matches($@"\[part [^\]]*\b{chunk}\b", last);
        }

        Assert.All(client.Calls, c => Assert.True(new WordTokens().CountPrompt(c.Messages).Count + c.Options.MaxOutputTokens <= Window));
    }

    [Fact]
    public async Task Ask_CollapseThatDoesNotShrink_EndsWithTheSurest()
    {
        int collapses = 0;
        ScriptedChatClient client = Client(false, call =>
        {
            collapses += IsCollapse(call) ? 1 : 0;
            return IsReduce(call) ? "412 tonnes"
                : Reply(false, null, string.Join(' ', Enumerable.Repeat("fact", 200)), IsMap(call) && Part(call).Contains("Sentence 40 ", StringComparison.Ordinal) ? "the surest" : "a guess", Part(call).Contains("Sentence 40 ", StringComparison.Ordinal) ? 5 : 2);
        });

        Answer answer = await new MapReduceReader(client, Options).AskAsync([Story(sentences: 120)], Question);

        Assert.Equal("412 tonnes", answer.Text);
        Assert.True(collapses <= answer.Plan!.Chunks * 6, $"{collapses} collapses");
        Assert.Contains(answer.Trace.OfType<RecordDroppedEvent>(), e => e.Stage == "collapse");
        Assert.All(client.Calls, c => Assert.True(new WordTokens().CountPrompt(c.Messages).Count + c.Options.MaxOutputTokens <= Window));
    }

    [Fact]
    public async Task Ask_RetrievalFamily_AVerbatimHitOutweighsGuesses()
    {
        Document story = Story("The pass key is 71432.", 20);
        ScriptedChatClient client = Client(false, call => IsReduce(call) ? "71432"
            : Part(call).Contains("71432", StringComparison.Ordinal) ? Reply(false, "The pass key is 71432.", "", "71432", 5) : Reply(false, null, "", "99999", 5));

        Answer answer = await new MapReduceReader(client, Options).AskAsync([story], "What is the pass key?");

        Assert.DoesNotContain("99999", Records(client.Calls.Single(IsReduce)), StringComparison.Ordinal);
        Assert.Equal("71432", answer.Text);
    }

    [Fact]
    public async Task Ask_OneChunkFails_IsPartial()
    {
        ScriptedChatClient client = Client(false, call => IsReduce(call) ? "412 tonnes"
            : Part(call).Contains("Sentence 3 ", StringComparison.Ordinal) ? "" : Reply(false, null, "x", "412 tonnes", 4));

        Answer answer = await new MapReduceReader(client, Options).AskAsync([Story()], Question);

        Assert.Equal(RunStatus.Partial, answer.Status);
        Assert.Equal(0, Assert.Single(answer.DeadLetters).Chunk);
    }

    [Fact]
    public async Task Ask_CapReached_KeepsTheEvidenceFound()
    {
        ScriptedChatClient client = Client(false, call => Reply(false, "Sentence 3 tells of bridges.", "x", "412 tonnes", 4));

        Answer answer = await new MapReduceReader(client, Options with { Limits = new RunLimits { CallCap = 2 }, Parallel = 1 }).AskAsync([Story()], Question);

        Assert.Equal(RunStatus.BudgetExceeded, answer.Status);
        Assert.Contains(answer.Evidence, e => e.Verified);
    }

    [Fact]
    public async Task Ask_FitsOnePrompt_IsOneCall()
    {
        ScriptedChatClient client = Client(false, _ => "412 tonnes");
        await new MapReduceReader(client, Options).AskAsync([Story(sentences: 2)], Question);
        Assert.Single(client.Calls);
    }

    [Fact]
    public async Task Summarise_MergesTheParts()
    {
        ScriptedChatClient client = Client(true, call => IsReduce(call) ? "All in all, bridges." : JsonSerializer.Serialize(new { summary = $"Summary of {Part(call).Length} characters." }));

        Answer answer = await new MapReduceReader(client, Options).AskAsync([Story()]);

        Assert.Equal("All in all, bridges.", answer.Text);
        Assert.Contains("Summary of", Records(client.Calls.Single(IsReduce)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("What is the pass key?", TaskFamily.Retrieval)]
    [InlineData("What is the value of \"a81bc81b\"?", TaskFamily.Retrieval)]
    [InlineData("What is the largest number in the list?", TaskFamily.Math)]
    [InlineData("Who built the bridge?", TaskFamily.Qa)]
    [InlineData(null, TaskFamily.Sum)]
    public void Family_IsChosenByTheQuestion(string? question, TaskFamily family) => Assert.Equal(family, TaskFamilies.Choose(question, [Story()]));

    [Fact]
    public void Family_OfProgramText_IsCode() => Assert.Equal(
        TaskFamily.Code, TaskFamilies.Choose("Which function fails?", [new Document("a.py", string.Concat(Enumerable.Repeat("def f(x):\n    return x + 1\n\n", 10)))]));

    private static ScriptedChatClient Client(bool json, Func<ScriptedCall, string> script) => new ScriptedChatClient(script).With(new WordTokens(Window) { ConstrainsReplies = json });

    private static bool IsMap(ScriptedCall call) => call.Prompt.Contains("\nPart:\n", StringComparison.Ordinal);

    private static bool IsCollapse(ScriptedCall call) => call.Prompt.Contains("Merge them into one", StringComparison.Ordinal);

    private static bool IsReduce(ScriptedCall call) => !IsMap(call) && !IsCollapse(call) && call.Prompt.Contains("[part ", StringComparison.Ordinal);

    private static string Part(ScriptedCall call) => call.Prompt[(call.Prompt.LastIndexOf("Part:\n", StringComparison.Ordinal) + 1)..];

    private static string Records(ScriptedCall call) => call.Prompt[call.Prompt.IndexOf("[part ", StringComparison.Ordinal)..call.Prompt.LastIndexOf("Question:", StringComparison.Ordinal).Or(call.Prompt.Length)];

    private static string Reply(bool json, string? quote, string rationale, string answer, double confidence) => json
        ? JsonSerializer.Serialize(new { quotes = quote is null ? (string[])[] : [quote], information = "", rationale, answer, confidence })
        : string.Create(CultureInfo.InvariantCulture, $"QUOTES:\n- {quote ?? "none"}\nRATIONALE: {rationale}\nANSWER: {answer}\nCONFIDENCE: {confidence}");

    private static Document Story(string? needle = null, int at = 0, int sentences = 60)
    {
        var text = new StringBuilder();
        for (int i = 0; i < sentences; i++)
        {
            text.Append(i == at && needle is not null ? needle + " " : "").Append(CultureInfo.InvariantCulture, $"Sentence {i} tells of bridges. It was a day like all days, with rain, wind and gulls. ");
        }

        return new Document("story.txt", text.ToString());
    }
}

internal static class Indexes
{
    public static int Or(this int index, int other) => index < 0 ? other : index;
}
