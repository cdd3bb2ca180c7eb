using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.MemWalker;

namespace Agentic.Tests.Reading;

public partial class MemWalkerReaderTests
{
    private const int Window = 1400;
    private const string Question = "How much does the span weigh?";
    private const string Needle = "The moving span weighs 412 tonnes, code KS-4417-A.";
    private static readonly MemWalkerOptions Options = new() { AnswerTokens = 60, SegmentTokens = 200, Children = 3, Worker = WorkerKind.Extracting, Agents = SmallCards.Of("memwalker-") };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ask_WalksToTheLeaf_ReadsItsTextAndCitesIt(bool json)
    {
        Document story = Story(Needle, 25);
        ScriptedChatClient client = Client(call => IsLeaf(call) ? Leaf(call, json) : IsTriage(call) ? Act(Best(call), json) : Summary(call), json);

        Answer answer = await new MemWalkerReader(client, Options).AskAsync([story], Question);

        Assert.Equal((RunStatus.Answered, "412 tonnes"), (answer.Status, answer.Text));
        Assert.Equal(Needle, answer.Evidence[0].Quote);
        Assert.True(answer.Evidence[0].Verified);
        Assert.Contains(client.Calls, c => IsLeaf(c) && c.Prompt.Contains(Needle, StringComparison.Ordinal));
        Assert.Contains(answer.Trace.OfType<NavigatedEvent>(), e => e.Action == "commit");
        Assert.All(client.Calls, c => Assert.True(new WordTokens().CountPrompt(c.Messages).Count + c.Options.MaxOutputTokens <= Window));
        Assert.True(answer.Usage.Calls <= answer.Plan!.Calls);

        // Every child of the root is shown.
        ScriptedCall first = client.Calls.First(IsTriage);
        Assert.Equal(answer.Trace.OfType<TreeReadyEvent>().Single().Nodes.Count(n => n.Depth == 1), Numbers().Count(first.Prompt[first.Prompt.LastIndexOf("Summaries:", StringComparison.Ordinal)..]));
        // Working memory: the leaf sees the summaries of its way.
        Assert.Contains("What was read on the way here", client.Calls.Last(IsLeaf).Prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_NobodyKnows_EveryLeafIsReadOnceAndTheEndIsNotFound()
    {
        ScriptedChatClient client = Client(call => IsLeaf(call) ? Act("revert") : IsTriage(call) ? Act("1") : Summary(call));

        Answer answer = await new MemWalkerReader(client, Options).AskAsync([Story(sentences: 24)], Question);

        Assert.Equal(RunStatus.NotFound, answer.Status);
        string[] read = [.. client.Calls.Where(IsLeaf).Select(c => c.Prompt[c.Prompt.LastIndexOf("Part:", StringComparison.Ordinal)..])];
        Assert.Equal(answer.Plan!.Chunks, read.Length);
        Assert.Equal(read.Length, read.Distinct().Count());
    }

    [Fact]
    public async Task Ask_RevertAtANode_IsNotOfferedAtTheRootAndTakesAnotherWay()
    {
        Document story = Story(Needle, 0);
        int triages = 0;
        ScriptedChatClient client = Client(call => IsLeaf(call) ? Leaf(call) : IsTriage(call) ? Act(triages++ switch { 0 => "2", 1 => "revert", _ => Best(call) }) : Summary(call));

        Answer answer = await new MemWalkerReader(client, Options).AskAsync([story], Question);

        Assert.Equal("412 tonnes", answer.Text);
        ScriptedCall[] asked = [.. client.Calls.Where(IsTriage)];
        Assert.DoesNotContain("revert", asked[0].Prompt, StringComparison.Ordinal);
        Assert.Contains("revert", asked[1].Prompt, StringComparison.Ordinal);
        NavigatedEvent back = answer.Trace.OfType<NavigatedEvent>().First(e => e.Action == "revert");
        Assert.Single(answer.Trace.OfType<NavigatedEvent>(), e => e.Action == $"to {back.Node}");
    }

    [Fact]
    public async Task Ask_ThreeIllegalRepliesInARow_EndTheWalk()
    {
        ScriptedChatClient client = Client(call => IsTriage(call) ? Act("99") : Summary(call));

        Answer answer = await new MemWalkerReader(client, Options).AskAsync([Story()], Question);

        Assert.Equal(RunStatus.NotFound, answer.Status);
        Assert.Equal(3, client.Calls.Count(IsTriage));
        Assert.Contains("3 replies in a row", answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public async Task Ask_StepsUsedUp_AnswersFromTheBestLeafAndSaysSo(int steps)
    {
        ScriptedChatClient client = Client(call => IsLeaf(call) ? Act("revert") : IsTriage(call) ? Act("1") : call.Prompt.Contains("This was found in it", StringComparison.Ordinal) ? "about 400 tonnes" : Summary(call));

        // Leaves 1 to 3 are reached first; the needle stands among them.
        Answer answer = await new MemWalkerReader(client, Options with { Steps = steps }).AskAsync([Story(Needle, 3)], Question);

        Assert.Contains(Needle, client.Calls[^1].Prompt, StringComparison.Ordinal);
        Assert.Equal((RunStatus.Partial, "about 400 tonnes"), (answer.Status, answer.Text));
        Assert.Contains($"after {steps} steps", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_Collect_GathersSeveralLeaves()
    {
        ScriptedChatClient client = Client(call => IsLeaf(call) ? $"ACTION: note\nANSWER: piece {Regex.Match(call.Prompt, @"Sentence (\d+)").Groups[1].Value}"
            : IsTriage(call) ? Act("1") : call.Prompt.Contains("This was found in it", StringComparison.Ordinal) ? "both pieces" : Summary(call));

        Answer answer = await new MemWalkerReader(client, Options with { Collect = 2 }).AskAsync([Story()], Question);

        Assert.Equal((RunStatus.Answered, "both pieces"), (answer.Status, answer.Text));
        Assert.Equal(2, client.Calls.Count(IsLeaf));
        Assert.Equal(2, Regex.Count(client.Calls[^1].Prompt, "piece [0-9]"));
    }

    [Fact]
    public async Task Ask_Again_PaysNothingForTheTree_AndAGrownDocumentOnlyForWhatIsNew()
    {
        var store = new KeptInMemory();
        ScriptedChatClient client = Client(call => IsLeaf(call) ? Leaf(call) : IsTriage(call) ? Act(Best(call)) : Summary(call));
        var reader = new MemWalkerReader(client, Options with { Artefacts = store });
        Document story = Story(Needle, 3);

        Answer first = await reader.AskAsync([story], Question);
        int made = client.Calls.Count(IsSummary);
        Assert.Equal(made, first.Plan!.Stages.Single(s => s.Stage == "tree").Calls);
        Assert.DoesNotContain(reader.Plan([story], "What is the code?").Stages, s => s.Stage == "tree");
        Answer second = await reader.AskAsync([story], "What is the code?");
        Assert.Equal(made, client.Calls.Count(IsSummary));
        Assert.Equal(RunStatus.Answered, second.Status);

        await reader.AskAsync([new Document("story.txt", story.Text + Story(sentences: 3).Text)], Question);
        Assert.InRange(client.Calls.Count(IsSummary) - made, 1, 5);
    }

    [Fact]
    public async Task Ask_FitsOnePrompt_IsOneCall()
    {
        ScriptedChatClient client = Client(_ => "412 tonnes");
        await new MemWalkerReader(client, Options).AskAsync([Story(sentences: 2)], Question);
        Assert.Single(client.Calls);
    }

    [Fact]
    public async Task Ask_SmallModelThatScores_WalksAndReadsByNumbers()
    {
        var scorer = new ScriptedScorer((context, _) => context.Contains("412", StringComparison.Ordinal) ? -1 : -6);
        ScriptedChatClient client = new ScriptedChatClient("412 tonnes.").With(new WordTokens(2000, 135_000_000)).With(scorer);
        Document story = Story(Needle, 25);

        Answer answer = await new MemWalkerReader(client, new MemWalkerOptions { SegmentTokens = 200, Children = 3 }).AskAsync([story], Question);

        Assert.StartsWith(Needle, answer.Text, StringComparison.Ordinal);
        Assert.True(answer.Evidence[0].Verified);
        Assert.Single(client.Calls);
    }

    [Fact]
    public void Plan_WithoutAQuestion_IsRefused() =>
        Assert.Throws<ConfigurationException>(() => new MemWalkerReader(new ScriptedChatClient("x")).Plan([Story()]));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(9, 2)]
    [InlineData(65, 3)]
    public void Shape_CoversEveryLeafOnce_AndANodeAloneIsPassedUp(int leaves, int depth)
    {
        var document = new Document("d", new string('x', leaves));
        SummaryTree tree = SummaryTree.Over([.. Enumerable.Range(0, leaves).Select(i => new Agentic.Documents.Chunk(i, document, new TextSpan(i, 1), 1))], 8, c => $"{c.Index}", k => string.Join('+', k));

        Assert.Equal(depth, tree.Depth);
        Assert.Equal(Enumerable.Range(0, leaves), tree.Root.Leaves.Select(l => l.Chunk!.Index));
        Assert.All(tree.Nodes.Where(n => !n.IsLeaf), n => Assert.InRange(n.Children.Count, 2, 8));
    }

    private static ScriptedChatClient Client(Func<ScriptedCall, string> script, bool json = false) => new ScriptedChatClient(script).With(new WordTokens(Window) { ConstrainsReplies = json });

    private static bool IsTriage(ScriptedCall call) => call.Prompt.Contains("numbered summaries of parts", StringComparison.Ordinal);

    private static bool IsLeaf(ScriptedCall call) => call.Prompt.Contains("have opened one part of it", StringComparison.Ordinal);

    private static bool IsSummary(ScriptedCall call) => call.Prompt.Contains("Write the summary and nothing else", StringComparison.Ordinal);

    /// <summary>Keeps what tells the parts apart here: the number of the first sentence, and the needle's mark.</summary>
    private static string Summary(ScriptedCall call)
    {
        string text = call.Prompt[call.Prompt.LastIndexOf(":\n", StringComparison.Ordinal)..];
        return $"It tells of sentence {Regex.Match(text, @"[Ss]entence (\d+)").Groups[1].Value}{(text.Contains("412", StringComparison.Ordinal) ? " and 412" : "")}.";
    }

    private static string Best(ScriptedCall call)
    {
        string shown = call.Prompt[call.Prompt.LastIndexOf("Summaries:", StringComparison.Ordinal)..];
        return shown.Split('\n').FirstOrDefault(l => l.Contains("412", StringComparison.Ordinal)) is { } line ? Numbers().Match(line).Groups[1].Value : "1";
    }

    private static string Leaf(ScriptedCall call, bool json = false) => !call.Prompt.Contains(Needle, StringComparison.Ordinal) ? Act("revert", json)
        : json ? $$"""{"quotes":["{{Needle}}"],"action":"commit","answer":"412 tonnes"}""" : $"QUOTES:\n- {Needle}\nACTION: commit\nANSWER: 412 tonnes";

    private static string Act(string action, bool json = false) => json ? $$"""{"quotes":[],"action":"{{action}}","answer":""}""" : $"ACTION: {action}";

    private static Document Story(string? needle = null, int at = 0, int sentences = 60)
    {
        var text = new StringBuilder();
        for (int i = 0; i < sentences; i++)
        {
            text.Append(i == at && needle is not null ? needle + " " : "").Append(CultureInfo.InvariantCulture, $"Sentence {i} tells of bridges and of much else that passed there. It was a day like all days, with rain, wind and gulls. ");
        }

        for (int i = sentences; sentences is > 10 and < 60 && i < 60; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"Sentence {i} tells of mills and of much else that stood there. ");
        }

        return new Document("story.txt", text.ToString());
    }

    [GeneratedRegex(@"\[(\d+)\]")]
    private static partial Regex Numbers();

    private sealed class KeptInMemory : IArtefactStore
    {
        private readonly Dictionary<string, ReadOnlyMemory<byte>> _kept = [];

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string kind, string key, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(_kept.TryGetValue(kind + key, out ReadOnlyMemory<byte> found) ? (ReadOnlyMemory<byte>?)found : null);

        public ValueTask PutAsync(string kind, string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            _kept[kind + key] = content;
            return default;
        }
    }
}
