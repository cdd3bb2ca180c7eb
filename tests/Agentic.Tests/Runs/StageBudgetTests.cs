using Agentic.Runs;

namespace Agentic.Tests.Runs;

public class StageBudgetTests
{
    private static readonly StageBudget Budget = new() { Stage = "worker", Window = 2048, Template = 100, Carried = 300, Reply = 200, Safety = 30 };

    [Fact]
    public void Chunk_AllParts_AreTakenFromTheWindow() => Assert.Equal(1418, Budget.Chunk);

    [Fact]
    public void Require_JustWhatIsLeft_FitsAndOneMoreDoesNot()
    {
        Budget.Require(1418);
        BudgetException e = Assert.Throws<BudgetException>(() => Budget.Require(1419));

        Assert.Equal((2049, 2048), (e.Needed, e.Limit));
        Assert.All(["100", "300", "1,419", "200", "30", "2,049", "2,048"], n => Assert.Contains(n, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Require_NumbersBeyond32Bits_RefuseInsteadOfWrapping()
    {
        StageBudget absurd = Budget with { Carried = int.MaxValue, Reply = int.MaxValue };

        Assert.True(absurd.Chunk < 0);
        Assert.Equal((2L * int.MaxValue) + 131, Assert.Throws<BudgetException>(() => absurd.Require(1)).Needed);
    }

    [Theory]
    [InlineData(100, true, 16)]
    [InlineData(8192, true, 122)]
    [InlineData(8192, false, 488)]
    public void SafetyFor_Window_ByTheRule(int window, bool exact, int expected) => Assert.Equal(expected, StageBudget.SafetyFor(window, exact));
}
