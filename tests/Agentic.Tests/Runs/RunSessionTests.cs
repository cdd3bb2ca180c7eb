using Agentic.Runs;

namespace Agentic.Tests.Runs;

public class RunSessionTests
{
    [Fact]
    public void BookCall_CallsUnderWay_CountAgainstTheTokenCap()
    {
        var session = new RunSession(new RunLimits { TokenCap = 100 });
        CallBooking first = session.BookCall("a", 40, 20);

        Assert.Equal(120, Assert.Throws<BudgetException>(() => session.BookCall("b", 40, 20)).Needed);

        session.CallDone(first, new CallDoneEvent("a", "Ask", 35, 0, 5, 0));
        session.BookCall("b", 40, 20);
    }

    [Fact]
    public void CallFailed_Tokens_AreUsageWithoutAnEvent()
    {
        var session = new RunSession();

        session.CallFailed(session.BookCall("a", 40, 20), new CallDoneEvent("a", "Ask", 40, 0, 3, 0));

        Assert.Equal((1, 40L, 3L), (session.Usage.Calls, session.Usage.PromptTokens, session.Usage.GeneratedTokens));
        Assert.Empty(session.Trace);
    }
}
