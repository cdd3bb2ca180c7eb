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
