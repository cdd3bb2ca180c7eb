using System.Diagnostics;
using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Process;

public class ProcessTests
{
    private static readonly string Log = Path.Combine(Repository.Documents, "expedition-log.md");

    // The promise is a second; a crowded machine gets some more before the test calls it broken.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Interrupt_InTheMiddle_Exits130SoonAndSaysWhatWasDone()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // no kill -INT
        }

        using System.Diagnostics.Process process = ChildProcess.Start("model", "perplexity", Log, "--window", "512");
        Assert.Contains("tokens/s", await process.StandardError.ReadLineAsync(), StringComparison.Ordinal);
        long start = Stopwatch.GetTimestamp();
        await ChildProcess.InterruptAsync(process);

        CommandRun run = await ChildProcess.FinishAsync(process);

        Assert.Equal(130, run.Code);
        Assert.Empty(run.Out);
        Assert.Matches(@"Cancelled\. Done so far: [0-9,]+ of [0-9,]+ tokens\.", run.Error);
        Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"It took {Stopwatch.GetElapsedTime(start)}.");
    }

    [Fact]
    public async Task Kill_AgainAndAgain_TheRunComesToItsEndAndPaysForNothingTwice()
    {
        string document = Path.Combine(Repository.Documents, "harbour-inquiry.md");
        string[] ask = ["ask", document, "How much does the moving span of the Lanthorn Bridge weigh?", "--json", "--threads", "2"];
        using System.Diagnostics.Process undisturbed = ChildProcess.Start(ask);
        CommandRun whole = await ChildProcess.FinishAsync(undisturbed);
        int calls = whole.Json.GetProperty("usage").GetProperty("calls").GetInt32();

        int kills = 0;
        // After every line of progress of its own the process gets a little further before it dies.
        for (; kills < 4; kills++)
        {
            using System.Diagnostics.Process process = ChildProcess.Start(ask);
            while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith($"worker: chunk {kills + 1} ", StringComparison.Ordinal))
            {
            }

            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        using System.Diagnostics.Process last = ChildProcess.Start(ask);
        CommandRun finished = await ChildProcess.FinishAsync(last);

        Assert.Equal(0, finished.Code);
        Assert.Equal(whole.Json.GetProperty("answer").GetString(), finished.Json.GetProperty("answer").GetString());
        Assert.Equal(whole.Json.GetProperty("evidence").GetRawText(), finished.Json.GetProperty("evidence").GetRawText());
        int journalled = finished.Json.GetProperty("usage").GetProperty("journalled").GetInt32();
        Assert.True(journalled >= kills, $"{journalled} calls were on record after {kills} chunks.");
        Assert.Equal(calls, journalled + finished.Json.GetProperty("usage").GetProperty("calls").GetInt32());
    }

    [Fact]
    public async Task Output_ClosedByItsReader_EndsSilentlyWithZero()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // no bash
        }

        string ids = string.Join(',', Enumerable.Range(100, 300));
        using System.Diagnostics.Process shell = ChildProcess.StartShell($"'{ChildProcess.Command}' model logits --ids {ids} --top 1000 | head -1 | wc -l; echo ${{PIPESTATUS[0]}}");

        CommandRun run = await ChildProcess.FinishAsync(shell);

        Assert.Equal("1\n0\n", run.Out.Replace(" ", "", StringComparison.Ordinal));
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Processes_TwoAtOnce_GiveTheSame()
    {
        string[] arguments = ["model", "logits", "--ids", "504,3575,282,4649,314", "--top", "3"];
        using System.Diagnostics.Process one = ChildProcess.Start(arguments);
        using System.Diagnostics.Process two = ChildProcess.Start(arguments);

        CommandRun[] runs = await Task.WhenAll(ChildProcess.FinishAsync(one), ChildProcess.FinishAsync(two));

        Assert.All(runs, run => Assert.Equal(0, run.Code));
        Assert.Equal(runs[0].Out, runs[1].Out);
        Assert.Equal(5, runs[0].Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
