using Agentic.Runs;

namespace Agentic.Tests.Runs;

public class RunStreamTests
{
    [Fact]
    public async Task Run_EnumerationLeftEarly_CancelsTheRunAndWaitsForIt()
    {
        bool cancelled = false;
        async Task<Answer> Body(RunSession session, CancellationToken token)
        {
            session.Emit(new TokenDeltaEvent("first"));
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(60), token);
            }
            catch (OperationCanceledException)
            {
                cancelled = true;
                throw;
            }

            return new Answer { Status = RunStatus.Failed, Reason = "Nobody cancelled it." };
        }

        await foreach (RunEvent seen in RunStream.RunAsync(Body))
        {
            Assert.IsType<TokenDeltaEvent>(seen);
            break;
        }

        Assert.True(cancelled);
    }
}
