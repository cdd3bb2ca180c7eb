using Agentic.Cli.Output;

namespace Agentic.Cli.Tests.Output;

public class RunTallyTests
{
    [Fact]
    public void Position_HalfOfThePromptTokensDone_EstimatesAsMuchTimeAgain()
    {
        var tally = new RunTally();
        tally.Add(new PlannedEvent(new RunPlan { Strategy = "chain", Chunks = 2, Calls = 2, PromptTokens = 2000 }) { At = TimeSpan.FromSeconds(1) });
        tally.Add(new ChunkStartedEvent("worker", 0, 2, new TextSpan(0, 10), "a") { At = TimeSpan.FromSeconds(1) });
        tally.Add(new CallDoneEvent("worker", "Ask", 1000, 200, 50, 4) { At = TimeSpan.FromSeconds(6) });

        RunPosition at = tally.Position();

        Assert.Equal(("worker", 1, 2), (at.Stage, at.Step, at.Steps));
        Assert.Equal(0.5, at.Share);
        Assert.Equal(5, at.SecondsLeft);
        Assert.Equal((1000 - 200 + 50) / 5.0, at.TokensPerSecond);
    }

    [Fact]
    public void DoneSoFar_NothingHappened_IsNull() => Assert.Null(new RunTally().DoneSoFar());

    [Fact]
    public void DoneSoFar_AfterAChunk_NamesChunksCallsAndTokens()
    {
        var tally = new RunTally();
        tally.Add(new ChunkStartedEvent("worker", 0, 3, new TextSpan(0, 10), "a"));
        tally.Add(new CallDoneEvent("worker", "Ask", 1234, 0, 5, 1));
        tally.Add(new ChunkDoneEvent("worker", 0, 3, ""));

        Assert.Equal("1 of 3 chunks read, 1 call, 1,234 prompt tokens, 5 generated.", tally.DoneSoFar());
    }
}
