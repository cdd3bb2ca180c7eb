using System.Text;
using Agentic.Agents;
using Agentic.Reading.ChainOfAgents;
using Agentic.Runs;

namespace Agentic.Tests.Reading;

public class ChainOfAgentsReaderTests
{
    private const int Window = 700;
    private const string Question = "How much does the span weigh?";

    private static readonly ChainOfAgentsOptions Prose = new() { Unit = CommunicationUnitKind.Prose, AnswerTokens = 50, UnitTokens = 80 };
    private static readonly ChainOfAgentsOptions Facts = new() { AnswerTokens = 50, UnitTokens = 100, Agents = new AgentLibrary(SmallCards()) };

    [Fact]
    public async Task Ask_Prose_WorkersPassTheUnitOnInOrderAndTheManagerSeesOnlyTheLast()
    {
        var client = new ScriptedChatClient(call => IsWorker(call) ? $"Summary number {call.Number} tells of the span." : "412 tonnes").With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose).AskAsync([Story(out _)], Question);

        Assert.Equal(RunStatus.Answered, answer.Status);
        Assert.Equal("412 tonnes", answer.Text);
        ScriptedCall[] workers = [.. client.Calls.Where(IsWorker)];
        Assert.True(workers.Length > 3);
        Assert.Equal(answer.Plan!.Calls, client.Calls.Count);
        for (int i = 1; i < workers.Length; i++)
        {
            Assert.Contains($"Summary number {i - 1} tells", workers[i].Prompt, StringComparison.Ordinal);
            Assert.DoesNotContain($"Summary number {i - 2} tells", workers[i].Prompt, StringComparison.Ordinal);
        }

        Assert.All(workers, call => Assert.Equal("batch", call.Options.AdditionalProperties![SamplingKeys.Priority]));
        Assert.False(client.Calls[^1].Options.AdditionalProperties!.ContainsKey(SamplingKeys.Priority)); // somebody waits for the answer
        string manager = client.Calls[^1].Prompt;
        Assert.Contains($"Summary number {workers.Length - 1} tells", manager, StringComparison.Ordinal);
        Assert.DoesNotContain("Sentence 1 ", manager, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_Prose_EveryPartOfTheDocumentIsReadOnceAndEveryPromptFits()
    {
        var client = new ScriptedChatClient(call => IsWorker(call) ? new string('s', 300) : "x").With(new WordTokens(Window));
        Document story = Story(out int sentences);

        await new ChainOfAgentsReader(client, Prose).AskAsync([story], Question);

        string read = string.Concat(client.Calls.Where(IsWorker).Select(c => c.Prompt));
        for (int i = 0; i < sentences; i++)
        {
            Assert.Equal(2, read.Split($"Sentence {i} ").Length);
        }

        Assert.All(client.Calls, c => Assert.True(new WordTokens().CountPrompt(c.Messages).Count + c.Options.MaxOutputTokens <= Window));
    }

    [Fact]
    public async Task Ask_Facts_ExactStringSurvivesManyWorkers()
    {
        Document story = Story(out _, needle: "The moving span weighs 412 tonnes, code KS-4417-A.");
        var client = new ScriptedChatClient(call =>
            !IsExtractor(call) ? "412 tonnes"
            : call.Prompt[call.Prompt.IndexOf("Part:", StringComparison.Ordinal)..].Contains("KS-4417-A", StringComparison.Ordinal)
                ? "QUOTE: \"The moving  span weighs 412 tonnes, code KS-4417-A.\"\nRELEVANCE: 5\nANSWER: 412 tonnes\nOPEN: NONE"
                : "QUOTE: it was said that pigs fly\nRELEVANCE: 2\nANSWER: NONE\nOPEN: NONE").With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Facts).AskAsync([story], Question);

        Assert.Equal("412 tonnes", answer.Text);
        Evidence best = answer.Evidence[0];
        Assert.True(best.Verified);
        Assert.Equal("The moving span weighs 412 tonnes, code KS-4417-A.", story.Text.Substring(best.Span!.Value.Start, best.Span.Value.Length));
        Assert.Contains(answer.Evidence, e => !e.Verified && e.Quote.Contains("pigs fly", StringComparison.Ordinal));
        Assert.Contains("KS-4417-A", client.Calls[^1].Prompt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NOT FOUND")]
    [InlineData("**NOT FOUND**")]
    [InlineData("Not found.")]
    public async Task Ask_ManagerFindsNothing_IsAStatusNotProse(string reply)
    {
        var client = new ScriptedChatClient(call => IsWorker(call) ? "A story of a bridge and its people." : reply).With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose).AskAsync([Story(out _)], Question);

        Assert.Equal(RunStatus.NotFound, answer.Status);
        Assert.Equal("", answer.Text);
        Assert.NotNull(answer.Reason);
    }

    [Fact]
    public async Task Ask_NoFactAnywhere_IsNotFoundWithoutAManagerCall()
    {
        var client = new ScriptedChatClient("NONE").With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Facts).AskAsync([Story(out _)], Question);

        Assert.Equal(RunStatus.NotFound, answer.Status);
        Assert.All(client.Calls, c => Assert.True(IsExtractor(c)));
    }

    [Fact]
    public async Task Ask_OneChunk_IsOneDirectCall()
    {
        var client = new ScriptedChatClient("412 tonnes").With(new WordTokens(Window));
        var options = new ChainOfAgentsOptions { AnswerTokens = 50 };

        Answer answer = await new ChainOfAgentsReader(client, options).AskAsync([new Document("d", "The moving span weighs 412 tonnes. It is old.")], Question);

        Assert.Single(client.Calls);
        Assert.Equal("direct", answer.Plan!.Strategy);
        Assert.Equal("The moving span weighs 412 tonnes.", Assert.Single(answer.Evidence).Quote);
    }

    [Fact]
    public async Task Ask_Chatter_NeverReplacesTheUnit()
    {
        var client = new ScriptedChatClient(call =>
            !IsWorker(call) ? "done"
            : call.Prompt.Contains("Sentence 0 ", StringComparison.Ordinal) ? "The span weighs 412 tonnes."
            : "No change needed.").With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose).AskAsync([Story(out _)], Question);

        Assert.Equal(RunStatus.Answered, answer.Status);
        Assert.Contains("The span weighs 412 tonnes.", client.Calls[^1].Prompt, StringComparison.Ordinal);
        Assert.DoesNotContain("No change needed", client.Calls[^1].Prompt, StringComparison.Ordinal);
        Assert.Contains(answer.Trace, e => e is RecordDroppedEvent { Reason: var r } && r.Contains("chatter", StringComparison.Ordinal));
        Assert.Empty(answer.DeadLetters);
    }

    [Fact]
    public async Task Ask_UnitCollapses_KeepsItAndAddsTheReplyAsNotes()
    {
        string summary = string.Join(' ', Enumerable.Repeat("The old span opened.", 15));
        var client = new ScriptedChatClient(call =>
            !IsWorker(call) ? "done" : call.Prompt.Contains("Sentence 0 ", StringComparison.Ordinal) ? summary : "A gull sat there.").With(new WordTokens(Window));

        await new ChainOfAgentsReader(client, Prose with { UnitTokens = 160 }).AskAsync([Story(out _)], Question);

        Assert.Contains(summary, client.Calls[^1].Prompt, StringComparison.Ordinal);
        Assert.Contains("A gull sat there.", client.Calls[^1].Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_OneChunkFails_IsPartialWithItsDeadLetter()
    {
        int broken = 0;
        var client = new ScriptedChatClient((call, _) =>
            IsWorker(call) && call.Prompt.Contains("Sentence 0 ", StringComparison.Ordinal) && ++broken > 0
                ? throw new IOException("gone")
                : Task.FromResult(ScriptedChatClient.Reply(IsWorker(call) ? "The span weighs 412 tonnes." : "412 tonnes"))).With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose with { Time = new ManualTime { RunsAhead = true } }).AskAsync([Story(out _)], Question);

        Assert.Equal(RunStatus.Partial, answer.Status);
        Assert.Equal("412 tonnes", answer.Text);
        DeadLetter letter = Assert.Single(answer.DeadLetters);
        Assert.Equal(0, letter.Chunk);
        Assert.Equal(3, letter.Attempts);
        Assert.Contains("gone", letter.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_EverythingFails_IsFailedAndTheErrorIsNoAnswer()
    {
        var client = new ScriptedChatClient((_, _) => throw new IOException("connection refused")).With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose with { Time = new ManualTime { RunsAhead = true } }).AskAsync([Story(out _)], Question);

        Assert.Equal(RunStatus.Failed, answer.Status);
        Assert.Equal("", answer.Text);
        Assert.Contains("connection refused", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"quote\": [1, 2")]
    [InlineData("The part speaks about a bridge.")]
    public async Task Ask_BrokenForm_IsRetriedThenADeadLetter(string form)
    {
        var client = new ScriptedChatClient(call => IsExtractor(call) ? form : "never asked").With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Facts).AskAsync([Story(out _)], Question);

        Assert.Equal(RunStatus.Failed, answer.Status);
        Assert.All(answer.DeadLetters, l => Assert.Equal((2, form), (l.Attempts, l.LastOutput)));
        Assert.DoesNotContain(client.Calls, c => c.Prompt.Contains("never asked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Cancelled_EndsWithThatStatusAndWhatItCost()
    {
        using var cancel = new CancellationTokenSource();
        var client = new ScriptedChatClient(async (call, token) =>
        {
            if (call.Number == 2)
            {
                await cancel.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
            }

            return ScriptedChatClient.Reply("The span weighs 412 tonnes.");
        }).With(new WordTokens(Window));

        List<RunEvent> events = [];
        await foreach (RunEvent e in new ChainOfAgentsReader(client, Prose).RunAsync([Story(out _)], Question, cancel.Token))
        {
            events.Add(e);
        }

        Answer answer = Assert.IsType<FinishedEvent>(events[^1]).Answer;
        Assert.Equal(RunStatus.Cancelled, answer.Status);
        Assert.Equal(3, answer.Usage.Calls);
        Assert.Equal("", answer.Text);
    }

    [Fact]
    public async Task Run_Events_TellTheStoryInOrder()
    {
        var client = new ScriptedChatClient(call => IsWorker(call) ? "The span weighs 412 tonnes." : "412 tonnes").With(new WordTokens(Window));

        List<RunEvent> events = [];
        await foreach (RunEvent e in new ChainOfAgentsReader(client, Prose).RunAsync([Story(out _)], Question))
        {
            events.Add(e);
        }

        int chunks = ((PlannedEvent)events[0]).Plan.Chunks;
        Assert.IsType<StageStartedEvent>(events[1]);
        Assert.Equal(Enumerable.Range(0, chunks), events.OfType<ChunkStartedEvent>().Select(e => e.Chunk));
        Assert.Equal(Enumerable.Range(0, chunks), events.OfType<ChunkDoneEvent>().Select(e => e.Chunk));
        Assert.Equal("412 tonnes", string.Concat(events.OfType<TokenDeltaEvent>().Select(e => e.Text)));
        Assert.IsType<FinishedEvent>(events[^1]);
        Assert.Equal(chunks + 1, events.OfType<CallDoneEvent>().Count());
    }

    [Fact]
    public async Task Ask_CallCapReached_IsBudgetExceeded()
    {
        var client = new ScriptedChatClient("The span weighs 412 tonnes.").With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose with { Limits = new RunLimits { CallCap = 2 } }).AskAsync([Story(out _)], Question);

        Assert.Equal(RunStatus.BudgetExceeded, answer.Status);
        Assert.Equal(2, client.Calls.Count);
        Assert.Contains("2 model calls", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60, Question)]
    [InlineData(Window, null)]
    public async Task Ask_QuestionOrTemplateBeyondTheWindow_IsBudgetExceededWithNumbers(int window, string? question)
    {
        var client = new ScriptedChatClient("x").With(new WordTokens(window));
        question ??= string.Concat(Enumerable.Repeat("and why did it ", 300)) + "?";

        Answer answer = await new ChainOfAgentsReader(client, Prose).AskAsync([Story(out _)], question);

        Assert.Equal(RunStatus.BudgetExceeded, answer.Status);
        Assert.Contains($"the window has {window}", answer.Reason, StringComparison.Ordinal);
        Assert.Empty(client.Calls);
    }

    [Fact]
    public async Task Ask_NothingToRead_IsRefused()
    {
        var reader = new ChainOfAgentsReader(new ScriptedChatClient("x"));

        Assert.Contains("empty", (await Assert.ThrowsAsync<DocumentException>(() => reader.AskAsync([new Document("a.txt", " \n ")], Question))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DocumentException>(() => reader.AskAsync([], Question));
        await Assert.ThrowsAsync<ConfigurationException>(() => reader.AskAsync([new Document("a.txt", "text")], "  "));
    }

    [Fact]
    public async Task Ask_NoQuestion_Summarises()
    {
        var client = new ScriptedChatClient(call => call.Prompt.Contains("Notes on the document:", StringComparison.Ordinal) ? "Final." : "A bridge and its people.").With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose with { Unit = CommunicationUnitKind.Auto, SummaryWords = 90, Focus = "the crew" }).AskAsync([Story(out _)]);

        Assert.Equal("Final.", answer.Text);
        Assert.Contains("about 90 words", client.Calls[^1].Prompt, StringComparison.Ordinal);
        Assert.Contains("Dwell on: the crew", client.Calls[0].Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_Backward_ReadsFromTheEnd()
    {
        var client = new ScriptedChatClient("The span weighs 412 tonnes.").With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose with { Order = ReadingOrder.Backward }).AskAsync([Story(out _)], Question);

        int[] order = [.. answer.Trace.OfType<ChunkStartedEvent>().Select(e => e.Chunk)];
        Assert.Equal(order.OrderDescending(), order);
        Assert.Contains("Sentence 0 ", client.Calls[order.Length - 1].Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_WithoutManager_TheLastUnitIsTheAnswer()
    {
        var client = new ScriptedChatClient(call => $"The span weighs {call.Number} tonnes.").With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose with { Manager = false }).AskAsync([Story(out _)], Question);

        Assert.Equal($"The span weighs {answer.Plan!.Chunks - 1} tonnes.", answer.Text);
        Assert.Equal(answer.Plan.Chunks, client.Calls.Count);
    }

    [Fact]
    public async Task Ask_Judge_AnswersFromTheChosenReader()
    {
        int chain = 0;
        var client = new ScriptedChatClient(call =>
        {
            if (call.Prompt.Contains("Reader 1:", StringComparison.Ordinal))
            {
                return "2";
            }

            if (!IsWorker(call))
            {
                return "done";
            }

            chain += call.Prompt.Contains("Summary of the parts before", StringComparison.Ordinal) ? 0 : 1;
            return $"Chain {chain} says it weighs a lot.";
        }).With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose with { Ensemble = EnsembleKind.Judge, Seed = 3 }).AskAsync([Story(out _)], Question);

        // Asked in words, the judge's options are lettered: its reply "2" names the second reader.
        Assert.Contains("Chain 2 says", client.Calls[^1].Prompt, StringComparison.Ordinal);
        Assert.Equal(answer.Plan!.Calls, client.Calls.Count);
    }

    [Fact]
    public async Task Ask_Medoid_TakesTheAnswerMostLikeTheOthersAndIsDeterministic()
    {
        async Task<(Answer Answer, string[] Prompts)> RunAsync()
        {
            int answers = 0;
            var client = new ScriptedChatClient(call =>
                IsWorker(call) ? "The span weighs something." : ++answers switch { 1 => "400 tons", 2 => "It weighs 412 tonnes.", _ => "412 tonnes" }).With(new WordTokens(Window));
            Answer answer = await new ChainOfAgentsReader(client, Prose with { Ensemble = EnsembleKind.Medoid, Seed = 5 }).AskAsync([Story(out _)], Question);
            return (answer, [.. client.Calls.Select(c => c.Prompt)]);
        }

        (Answer first, string[] prompts) = await RunAsync();
        (Answer second, string[] again) = await RunAsync();

        Assert.Equal("It weighs 412 tonnes.", first.Text);
        Assert.Equal(first.Text, second.Text);
        Assert.Equal(prompts, again);
        Assert.Equal(first.Plan!.Calls, prompts.Length);
    }

    [Fact]
    public void Plan_NoCall_SaysWhatItWillCost()
    {
        var client = new ScriptedChatClient("x").With(new WordTokens(Window));

        RunPlan plan = new ChainOfAgentsReader(client, Prose).Plan([Story(out _)], Question);

        Assert.Equal("chain", plan.Strategy);
        Assert.Equal(plan.Chunks + 1, plan.Calls);
        Assert.NotNull(plan.Seconds);
        Assert.Empty(plan.Notes);
        Assert.Empty(client.Calls);
    }

    [Fact]
    public void Plan_EstimatingCounter_SaysSo() =>
        Assert.Contains("estimate", Assert.Single(new ChainOfAgentsReader(new ScriptedChatClient("x")).Plan([Story(out _)], Question).Notes), StringComparison.Ordinal);

    [Fact]
    public async Task Ask_CjkWithoutBlanks_IsReadWhole()
    {
        string text = string.Concat(Enumerable.Range(0, 150).Select(i => $"第{i}天风很大雪也很大我们留在屋里。"));
        var client = new ScriptedChatClient(call => IsWorker(call) ? "风很大。" : "风").With(new WordTokens(Window));

        Answer answer = await new ChainOfAgentsReader(client, Prose).AskAsync([new Document("d", text)], "天气怎么样？");

        Assert.Equal("风", answer.Text);
        Assert.True(answer.Plan!.Chunks > 1);
        Assert.All(Enumerable.Range(0, 150), i => Assert.Contains(client.Calls, c => c.Prompt.Contains($"第{i}天", StringComparison.Ordinal)));
    }

    private static bool IsWorker(ScriptedCall call) => call.Prompt.Contains("You read one part of a long document. Others", StringComparison.Ordinal);

    private static bool IsExtractor(ScriptedCall call) => call.Prompt.Contains("QUOTE: the exact sentence", StringComparison.Ordinal);

    internal static Document Story(out int sentences, string? needle = null)
    {
        sentences = 120;
        var text = new StringBuilder();
        for (int i = 0; i < sentences; i++)
        {
            text.Append(i == 17 && needle is not null ? needle + " " : "").Append("Sentence ").Append(i).Append(" tells of the harbour and its people. ");
        }

        return new Document("story.md", text.ToString());
    }

    /// <summary>The built-in extractor's reply is larger than these tests' window.</summary>
    private static string SmallCards()
    {
        string directory = Directory.CreateTempSubdirectory("agentic-cards-").FullName;
        Directory.CreateDirectory(Path.Combine(directory, "agents"));
        File.WriteAllText(Path.Combine(directory, "agents", "chain-extractor.yaml"), "name: chain-extractor\ndescription: Small.\nprompt: chain-of-agents/extractor.hbs\nmax_output: 100\nretries: 1\n");
        return directory;
    }
}
