using System.Text;

namespace Agentic.Storage.Tests;

public class RunStoreTests
{
    private static readonly RunFacts Facts = new("chain", "How much?", [new("document a.txt", "1"), new("the model", "2")]);

    [Fact]
    public async Task Open_Named_GoesOnWhereItStopped()
    {
        using var folder = new TemporaryFolder();
        using (Workspace workspace = Workspace.Open(folder.Path))
        {
            await JournalAsync(workspace, "report", calls: 3);
        }

        using Workspace again = Workspace.Open(folder.Path);
        await using IRunJournal journal = await again.Runs.OpenAsync(new RunOpening(Facts) { Run = "report" });
        Assert.Equal(("report", 3), (journal.Run, journal.Known));
        Assert.Equal(BitConverter.GetBytes(1), (await journal.FindAsync(new CallKey("h", 1)))!.Result.ToArray());
        Assert.Null(await journal.FindAsync(new CallKey("h", 3)));
        Assert.Null(await journal.FindAsync(new CallKey("other", 0)));
    }

    [Fact]
    public async Task Open_NamedAboutSomethingElse_IsRefusedWithWhatChanged()
    {
        using var folder = new TemporaryFolder();
        using Workspace workspace = Workspace.Open(folder.Path);
        await JournalAsync(workspace, "report", calls: 1);
        var other = new RunFacts("chain", "How much?", [new("document a.txt", "other"), new("document b.txt", "3")]);

        ConfigurationException refused = await Assert.ThrowsAsync<ConfigurationException>(() => workspace.Runs.OpenAsync(new RunOpening(other) { Run = "report" }));

        Assert.Contains("document a.txt changed", refused.Message, StringComparison.Ordinal);
        Assert.Contains("the model is gone", refused.Message, StringComparison.Ordinal);
        Assert.Contains("document b.txt is new", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_Fork_TakesOverTheCallsUnderANewName()
    {
        using var folder = new TemporaryFolder();
        using Workspace workspace = Workspace.Open(folder.Path);
        await JournalAsync(workspace, "report", calls: 2);
        RunFacts other = Facts with { Facts = [new("document a.txt", "other")] };

        await using IRunJournal fork = await workspace.Runs.OpenAsync(new RunOpening(other) { Run = "report", Fork = true });

        Assert.NotEqual("report", fork.Run);
        Assert.Equal(2, fork.Known);
        Assert.NotNull(await fork.FindAsync(new CallKey("h", 1)));
        Assert.Equal(2, (await workspace.Runs.FindAsync("report"))!.Calls.Count);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(RunStatus.Cancelled, true)]
    [InlineData(RunStatus.BudgetExceeded, true)]
    [InlineData(RunStatus.Failed, true)]
    [InlineData(RunStatus.Partial, true)]
    [InlineData(RunStatus.Answered, false)]
    [InlineData(RunStatus.NotFound, false)]
    public async Task Open_Unnamed_ContinuesWhatDidNotComeToItsEnd(RunStatus? ended, bool continues)
    {
        using var folder = new TemporaryFolder();
        using Workspace workspace = Workspace.Open(folder.Path);
        await JournalAsync(workspace, null, calls: 2, ended);

        await using IRunJournal journal = await workspace.Runs.OpenAsync(new RunOpening(Facts));
        Assert.Equal(continues ? 2 : 0, journal.Known);
    }

    [Fact]
    public async Task Open_Fresh_BeginsAnew()
    {
        using var folder = new TemporaryFolder();
        using Workspace workspace = Workspace.Open(folder.Path);
        await JournalAsync(workspace, null, calls: 2);

        await using IRunJournal journal = await workspace.Runs.OpenAsync(new RunOpening(Facts) { Fresh = true });
        Assert.Equal(0, journal.Known);
    }

    [Fact]
    public async Task Open_WhatGoesOn_IsRefusedByNameAndLeftAloneWithout()
    {
        using var folder = new TemporaryFolder();
        using Workspace workspace = Workspace.Open(folder.Path);
        using Workspace elsewhere = Workspace.Open(folder.Path);
        await using IRunJournal first = await workspace.Runs.OpenAsync(new RunOpening(Facts) { Run = "report" });

        ConfigurationException refused = await Assert.ThrowsAsync<ConfigurationException>(() => elsewhere.Runs.OpenAsync(new RunOpening(Facts) { Run = "report" }));
        Assert.Contains("going on", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConfigurationException>(() => elsewhere.Runs.DeleteAsync("report"));
        await using IRunJournal second = await elsewhere.Runs.OpenAsync(new RunOpening(Facts));
        Assert.NotEqual(first.Run, second.Run);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../out")]
    [InlineData("a b")]
    [InlineData("-x")]
    public async Task Open_ImpossibleName_IsRefused(string name)
    {
        using var folder = new TemporaryFolder();
        using Workspace workspace = Workspace.Open(folder.Path);
        await Assert.ThrowsAsync<ConfigurationException>(() => workspace.Runs.OpenAsync(new RunOpening(Facts) { Run = name }));
    }

    [Fact]
    public async Task Delete_LeavesNothingOfIt()
    {
        using var folder = new TemporaryFolder();
        using (Workspace workspace = Workspace.Open(folder.Path))
        {
            await using (IRunJournal journal = await workspace.Runs.OpenAsync(new RunOpening(Facts with { Subject = "a-most-secret-question" }) { Run = "secret" }))
            {
                await journal.CommitAsync(new CallKey("h", 0), new JournalledCall("worker", "Ask", "a-most-secret-reply"u8.ToArray(), 1, 0, 1, 0.1));
                await journal.FinishAsync(new Answer { Status = RunStatus.Answered, Text = "a-most-secret-answer" });
            }

            Assert.Contains(Everything(folder.Path), text => text.Contains("a-most-secret-reply", StringComparison.Ordinal));
            Assert.True(await workspace.Runs.DeleteAsync("secret"));
            Assert.False(await workspace.Runs.DeleteAsync("secret"));
            Assert.Empty(await workspace.Runs.ListAsync());
            Assert.All(Everything(folder.Path), text => Assert.DoesNotContain("a-most-secret", text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Find_TellsCallsEventsAndAnswerInOrder()
    {
        using var folder = new TemporaryFolder();
        using Workspace workspace = Workspace.Open(folder.Path);
        await using (IRunJournal journal = await workspace.Runs.OpenAsync(new RunOpening(Facts) { Run = "report" }))
        {
            journal.Record(new StageStartedEvent("worker", 2));
            await journal.CommitAsync(new CallKey("h", 0), Call(0));
            journal.Record(new WarningEvent("careful"));
            await journal.FinishAsync(new Answer { Status = RunStatus.Answered, Text = "412 tonnes" });
        }

        RunDetails run = (await workspace.Runs.FindAsync("report"))!;
        Assert.Equal(Facts.Facts, run.Facts.Facts);
        Assert.Equal((RunStatus.Answered, 1, 7L, 3L), (run.Record.Status!.Value, run.Record.Calls, run.Record.PromptTokens, run.Record.GeneratedTokens));
        Assert.Collection(run.Events, e => Assert.Contains("\"worker\"", e, StringComparison.Ordinal), e => Assert.Contains("careful", e, StringComparison.Ordinal));
        Assert.Contains("412 tonnes", run.Answer, StringComparison.Ordinal);
        Assert.Null(await workspace.Runs.FindAsync("nobody"));
    }

    [Fact]
    public async Task Open_ByTwoProcessesAtOnce_BothJournalsAreWhole()
    {
        using var folder = new TemporaryFolder();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            using Workspace workspace = Workspace.Open(folder.Path);
            await JournalAsync(workspace, $"run{i}", calls: 50, RunStatus.Answered);
        })));

        using Workspace after = Workspace.Open(folder.Path);
        Assert.All(await after.Runs.ListAsync(), run => Assert.Equal(50, run.Calls));
        Assert.Equal(4, (await after.Runs.ListAsync()).Count);
    }

    internal static async Task JournalAsync(Workspace workspace, string? name, int calls, RunStatus? ended = null)
    {
        await using IRunJournal journal = await workspace.Runs.OpenAsync(new RunOpening(Facts) { Run = name });
        for (int i = 0; i < calls; i++)
        {
            await journal.CommitAsync(new CallKey("h", i), Call(i));
        }

        if (ended is { } status)
        {
            await journal.FinishAsync(new Answer { Status = status });
        }
    }

    private static JournalledCall Call(int i) => new("worker", "Ask", BitConverter.GetBytes(i), 7, 2, 3, 0.5);

    private static List<string> Everything(string folder) => Directory.GetFiles(folder).Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)).Select(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Encoding.Latin1.GetString(bytes);
    }).ToList();
}
