using Agentic.Inference.Hosting.Drafting;
using Xunit;

namespace Agentic.Inference.Tests.Hosting.Drafting;

public sealed class DraftBudgetTests
{
    private readonly StepCosts _costs = new();
    private readonly DraftBudget _budget = new();

    [Fact]
    public void Begin_NothingMeasured_NoDrafts() => Assert.Equal(0, Rows(replies: 1, chance: 1));

    [Fact]
    public void Begin_RowsNotMeasured_FewDrafts()
    {
        _costs.Record(1, 0, 0.003);
        Assert.Equal(3, Rows(replies: 1, chance: 1));
    }

    [Theory]
    [InlineData(1, 1.0, 15)] // certain: a row is cheaper than a step
    [InlineData(1, 0.1, 0)] // a row of 0.4 ms for a tenth of a token, beside 3 ms for a token
    [InlineData(8, 0.9, 15)]
    [InlineData(8, 0.5, 0)]
    public void Pays_MeasuredCosts_RowsThatBringMoreThanTheStepDoes(int replies, double chance, int expected)
    {
        Measure();
        Assert.Equal(expected, Rows(replies, chance));
    }

    [Fact]
    public void Pays_BesidePrompts_LikelyOnesOnly()
    {
        Measure();
        _budget.Begin(_costs, 4, 100, beside: 0.16);
        Assert.True(_budget.Pays(0.4));
        Assert.False(_budget.Pays(0.3));
    }

    [Fact]
    public void Pays_ChancesFall_StopsWhereTheRateIsBest()
    {
        Measure();
        _budget.Begin(_costs, 1, 100, 0);
        double chance = 1;
        var rates = new List<double>();
        double tokens = 1;
        for (int rows = 1; rows < 40; rows++)
        {
            chance *= 0.8;
            tokens += chance;
            rates.Add(tokens / (0.003 + (0.0004 * rows)));
            if (_budget.Pays(chance))
            {
                _budget.Take(chance);
            }
        }

        // The margin keeps it a row or two short of the best.
        Assert.InRange(_budget.Rows, rates.IndexOf(rates.Max()) - 1, rates.IndexOf(rates.Max()) + 1);
    }

    [Fact]
    public void Row_MeasuredTooDearLongAgo_IsTriedAgain()
    {
        _costs.Record(1, 0, 0.003);
        for (int i = 0; i < 30; i++)
        {
            _costs.Record(1, 2, 0.009);
        }

        Assert.Equal(0, Rows(1, 0.9));
        for (int i = 0; i < 2000; i++)
        {
            _costs.Record(1, 0, 0.003);
        }

        Assert.Equal(3, Rows(1, 0.9));
    }

    [Fact]
    public void Plain_OtherNumbersOfReplies_FromTheNearest()
    {
        Measure();
        Assert.Equal(0.003, _costs.Plain(1), 6);
        Assert.InRange(_costs.Plain(2), 0.0032, 0.0036);
        Assert.InRange(_costs.Plain(12), 0.0085, 0.0090);
        _costs.Record(1, 0, 3); // a pause of the machine
        Assert.InRange(_costs.Plain(1), 0.003, 0.0034);
    }

    private void Measure()
    {
        for (int i = 0; i < 200; i++)
        {
            _costs.Record(1, 0, 0.003);
            _costs.Record(8, 0, 0.0071);
            _costs.Record(1, 4, 0.0046);
        }
    }

    private int Rows(int replies, double chance)
    {
        _budget.Begin(_costs, replies, 15, beside: 0);
        while (_budget.Pays(chance))
        {
            _budget.Take(chance);
        }

        return _budget.Rows;
    }
}
