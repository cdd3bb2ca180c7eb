using System.Globalization;
using System.Text;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Direct;
using Agentic.Reading.MapReduce;
using Agentic.Reading.MemWalker;
using Agentic.Runs;
using Agentic.Tests;

namespace Agentic.Storage.Tests;

/// <summary>A process that dies at any call, before or after its row, pays for no completed call again and answers the same.</summary>
public class ResumeTests
{
    private const string Question = "How much does the span weigh?";

    [Theory]
    [InlineData("chain-prose")]
    [InlineData("chain-facts")]
    [InlineData("chain-scoring")]
    [InlineData("chain-medoid")]
    [InlineData("mapreduce")]
    [InlineData("tree")]
    [InlineData("summary")]
    [InlineData("direct")]
    public async Task Run_KilledAtAnyCall_IsContinuedWithoutPayingTwice(string strategy)
    {
        using var whole = new TemporaryFolder();
        var asked = new CountedCalls();
        (Answer expected, _) = await RunAsync(whole.Path, strategy, asked, int.MaxValue, after: false);
        int calls = asked.Count;
        Assert.Equal(strategy == "chain-scoring" ? RunStatus.NotFound : RunStatus.Answered, expected.Status);
        Assert.True(calls > (strategy == "direct" ? 0 : 3));

        foreach (bool after in (bool[])[false, true])
        {
            for (int dies = 0; dies < calls; dies++)
            {
                using var folder = new TemporaryFolder();
                asked = new CountedCalls();
                (_, bool died) = await RunAsync(folder.Path, strategy, asked, dies, after);
                Assert.True(died);
                Assert.Equal(dies + 1, asked.Count);

                (Answer answer, _) = await RunAsync(folder.Path, strategy, asked, int.MaxValue, after: false);

                Assert.Equal(expected.Text, answer.Text);
                Assert.Equal(expected.Evidence, answer.Evidence);
                Assert.Equal(after ? dies + 1 : dies, answer.Usage.Journalled);
                // A call whose row was not written is asked again: it was not complete.
                Assert.Equal(after ? calls : calls + 1, asked.Count);
            }
        }
    }

    [Fact]
    public async Task Run_AfterItsEnd_ByName_AsksNothing()
    {
        using var folder = new TemporaryFolder();
        var asked = new CountedCalls();
        (Answer first, _) = await RunAsync(folder.Path, "chain-facts", asked, int.MaxValue, after: false, "report");
        int calls = asked.Count;

        (Answer second, _) = await RunAsync(folder.Path, "chain-facts", asked, int.MaxValue, after: false, "report");

        Assert.Equal(calls, asked.Count);
        Assert.Equal((first.Text, "report", 0, calls), (second.Text, second.Run, second.Usage.Calls, second.Usage.Journalled));
    }

    [Fact]
    public async Task Run_WithAnotherDocument_IsRefusedByName()
    {
        using var folder = new TemporaryFolder();
        await RunAsync(folder.Path, "direct", new CountedCalls(), int.MaxValue, after: false, "report");

        ConfigurationException refused = await Assert.ThrowsAsync<ConfigurationException>(() =>
            RunAsync(folder.Path, "direct", new CountedCalls(), int.MaxValue, after: false, "report", new Document("story.txt", "Something else.")));
        Assert.Contains("document story.txt changed", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<(Answer Answer, bool Died)> RunAsync(
        string folder, string strategy, CountedCalls asked, int dies, bool after, string? name = null, Document? document = null)
    {
        using Workspace workspace = Workspace.Open(folder);
        await using var store = new MortalStore(workspace.Runs, dies, after);
        var journaling = new RunJournaling(store) { Run = name };
        document ??= Story(strategy == "direct" ? 2 : 60);
        var options = new ChainOfAgentsOptions
        {
            AnswerTokens = 50,
            UnitTokens = 80,
            Agents = SmallCards.Of("mapreduce-"),
            Parallel = 1,
            Journal = journaling,
            Unit = strategy == "chain-prose" ? CommunicationUnitKind.Prose : CommunicationUnitKind.Auto,
            Ensemble = strategy == "chain-medoid" ? EnsembleKind.Medoid : EnsembleKind.None,
            MaxChunkTokens = 400,
        };
        ScriptedChatClient client = asked.Client(strategy);
        Answer answer = strategy switch
        {
            "direct" => await new DirectReader(client, options).AskAsync([document], Question),
            "mapreduce" => await new MapReduceReader(client, new MapReduceOptions(options) { MaxChunkTokens = 400 }).AskAsync([document], Question),
            "tree" => await new MemWalkerReader(client, new MemWalkerOptions(options) { Agents = SmallCards.Of("memwalker-"), SegmentTokens = 250, Children = 3 }).AskAsync([document], Question),
            "summary" => await new ChainOfAgentsReader(client, options).AskAsync([document]),
            _ => await new ChainOfAgentsReader(client, options).AskAsync([document], Question),
        };
        return (answer, store.IsDead);
    }

    private static Document Story(int sentences)
    {
        var text = new StringBuilder();
        for (int i = 0; i < sentences; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"Sentence {i} tells of the span of the bridge and what it weighs in {i} tonnes. ");
            text.Append(i % 5 == 4 ? "\n\n" : "");
        }

        return new Document("story.txt", text.ToString());
    }

    /// <summary>Counts what is really asked of a model, whose replies depend on what it is asked alone.</summary>
    private sealed class CountedCalls
    {
        private int _count;

        public int Count => _count;

        public ScriptedChatClient Client(string strategy)
        {
            var client = new ScriptedChatClient(call =>
            {
                Interlocked.Increment(ref _count);
                return call.Prompt.Contains("ACTION: ", StringComparison.Ordinal)
                    ? call.Prompt.Contains("QUOTES: ", StringComparison.Ordinal)
                        ? $"QUOTES:\n- none\nACTION: {(call.Prompt.Contains("Sentence 40 ", StringComparison.Ordinal) ? "commit" : "revert")}\nANSWER: {call.Prompt.Length} tonnes"
                        : "ACTION: 1"
                    : call.Prompt.Contains("CONFIDENCE: ", StringComparison.Ordinal)
                    ? $"QUOTES:\n- Sentence {call.Prompt.Length % 50} tells of the span\nANSWER: {call.Prompt.Length} tonnes {RunFactsHash(call.Prompt)}\nCONFIDENCE: {call.Prompt.Length % 5}"
                    : call.Prompt.Contains("QUOTE", StringComparison.Ordinal)
                    ? $"QUOTE: \"Sentence {call.Prompt.Length % 50} tells of the span\"\nRELEVANCE: {call.Prompt.Length % 5}\nANSWER: {call.Prompt.Length} tonnes\nOPEN: NONE"
                    : $"The span weighs {call.Prompt.Length} tonnes as far as the prompt {RunFactsHash(call.Prompt)} tells of it.";
            }).With(new WordTokens(1400, strategy == "chain-scoring" ? 1_000_000 : null));
            return strategy == "chain-scoring" ? client.With(new CountedScorer(() => Interlocked.Increment(ref _count))) : client;
        }

        private static int RunFactsHash(string text) => text.Aggregate(17, (hash, c) => unchecked((hash * 31) + c)) & 0xFFFF;
    }

    private sealed class CountedScorer(Action asked) : IContinuationScorer, IScoringTokens
    {
        public IReadOnlyList<int> Encode(string text) => [.. text.Select(c => (int)c)];

        public Task<IReadOnlyList<ScoringResult>> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken = default)
        {
            asked();
            return Task.FromResult<IReadOnlyList<ScoringResult>>(
            [
                .. requests.Select(r => new ScoringResult(
                    [.. r.Candidates.Select(c => (IReadOnlyList<double>)[.. c.Select(id => -((id * 7) + r.Context.Count + (c.Count % 13)) % 31 / 10.0)])], 1, 0)),
            ]);
        }
    }

    /// <summary>A store whose process dies at the nth commit, before its row is written or after.</summary>
    private sealed class MortalStore(IRunStore inner, int dies, bool after) : IRunStore, IAsyncDisposable
    {
        private MortalJournal? _journal;

        public bool IsDead => _journal?.IsDead ?? false;

        public async Task<IRunJournal> OpenAsync(RunOpening opening, CancellationToken cancellationToken = default) =>
            _journal = new MortalJournal(await inner.OpenAsync(opening, cancellationToken), dies, after);

        public Task<IReadOnlyList<RunRecord>> ListAsync(CancellationToken cancellationToken = default) => inner.ListAsync(cancellationToken);

        public Task<RunDetails?> FindAsync(string run, CancellationToken cancellationToken = default) => inner.FindAsync(run, cancellationToken);

        public Task<bool> DeleteAsync(string run, CancellationToken cancellationToken = default) => inner.DeleteAsync(run, cancellationToken);

        /// <summary>What the system does when a process ends: it lets go of the locks.</summary>
        public ValueTask DisposeAsync() => _journal?.BuryAsync() ?? default;
    }

    private sealed class MortalJournal(IRunJournal inner, int dies, bool after) : IRunJournal
    {
        private int _commits;

        public bool IsDead { get; private set; }

        public string Run => inner.Run;

        public int Known => inner.Known;

        public ValueTask<JournalledCall?> FindAsync(CallKey key, CancellationToken cancellationToken = default) => inner.FindAsync(key, cancellationToken);

        public async ValueTask CommitAsync(CallKey key, JournalledCall call, CancellationToken cancellationToken = default)
        {
            bool last = _commits++ == dies;
            IsDead |= last;
            if (!last || after)
            {
                await inner.CommitAsync(key, call, cancellationToken);
            }

            if (IsDead)
            {
                throw new StorageException("The process is dead.");
            }
        }

        public void Record(RunEvent happened) => inner.Record(happened);

        public ValueTask FinishAsync(Answer answer, CancellationToken cancellationToken = default) => IsDead ? default : inner.FinishAsync(answer, cancellationToken);

        public ValueTask DisposeAsync() => default;

        public ValueTask BuryAsync() => inner.DisposeAsync();
    }
}
