using Agentic.Inference.Hosting.Engine;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class StepGovernorTests
{
    [Theory]
    [InlineData(0.010, 0.0005, 0)]
    [InlineData(0.030, 0.002, 0)]
    [InlineData(0.010, 0.0005, 0.0000002)]
    [InlineData(0.150, 0.002, 0)]
    public void Allowance_APromptOfManyTokens_StepsEndInTimeAndUseIt(double replies, double row, double perContext)
    {
        var governor = new StepGovernor(TimeSpan.FromMilliseconds(200));
        var noise = new Random(1);
        var times = new List<(double Rows, double Seconds)>();
        for (double position = 0; position < 100_000 && times.Count < 2000;)
        {
            // What attention adds is underestimated by a third.
            double weight = 1 + (0.67 * perContext * position / row);
            double rows = Math.Min(512, Math.Ceiling(governor.Allowance(hasReplies: true) / weight));
            double seconds = (replies + (rows * (row + (perContext * position)))) * (0.97 + (0.06 * noise.NextDouble()));
            governor.Record(rows * weight, seconds);
            times.Add((rows, seconds));
            position += rows;
        }

        // The first steps know nothing of the machine; afterwards the limit holds, whatever was measured wrongly by a few percent.
        Assert.All(times.Take(3), step => Assert.True(step.Seconds <= 0.3, $"{step}"));
        Assert.All(times.Skip(3), step => Assert.True(step.Seconds <= 0.21 || step.Rows <= StepGovernor.LeastRows, $"{step}"));
        double wanted = Math.Min(0.12, replies + (512 * row * 0.9));
        Assert.True(times.Skip(20).Average(step => step.Seconds) >= wanted, $"{times.Skip(20).Average(step => step.Seconds)}");
    }

    [Fact]
    public void Allowance_NothingMeasured_BeginsSmallAndDoubles()
    {
        var governor = new StepGovernor(TimeSpan.FromMilliseconds(200));
        Assert.Equal(64, governor.Allowance(true));
        governor.Record(64, 0);
        Assert.Equal(128, governor.Allowance(true));
    }

    [Fact]
    public void Allowance_NoReplies_FourTimesAsMuch()
    {
        var governor = new StepGovernor(TimeSpan.FromMilliseconds(200));
        for (int i = 0; i < 10; i++)
        {
            governor.Record(200 + i, (200 + i) * 0.001);
        }

        Assert.InRange(governor.Allowance(false) / governor.Allowance(true), 2, 4.5);
    }
}
