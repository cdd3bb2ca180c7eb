using Agentic.Cli.Tests.Support;

namespace Agentic.Cli.Tests.Frame;

public class HelpTests
{
    [Fact]
    public async Task Help_OfTheCommand_IsTheRecordedOne()
    {
        CommandRun run = await CommandRun.OfAsync("--help");

        Assert.Equal(0, run.Code);
        Assert.Empty(run.Error);
        string recorded = Path.Combine(Repository.Root, "tests", "Agentic.Cli.Tests", "Frame", "help.txt");
        if (Environment.GetEnvironmentVariable("AGENTIC_RECORD") == "1")
        {
            await File.WriteAllTextAsync(recorded, run.Out);
        }

        Assert.Equal(await File.ReadAllTextAsync(recorded), run.Out);
    }

    [Theory]
    [InlineData("model")]
    [InlineData("model", "info")]
    [InlineData("ask")]
    [InlineData("eval", "nq")]
    public async Task Help_OfEveryVerb_ListsTheExitCodes(params string[] verb)
    {
        CommandRun run = await CommandRun.OfAsync([.. verb, "--help"]);

        Assert.Equal(0, run.Code);
        Assert.Contains("130  cancelled", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_Printed_IsOneLine()
    {
        CommandRun run = await CommandRun.OfAsync("--version");

        Assert.Equal(0, run.Code);
        Assert.Matches(@"\A[0-9]+\.[0-9]+\.[0-9]+[^\n]*\n\z", run.Out);
    }
}
