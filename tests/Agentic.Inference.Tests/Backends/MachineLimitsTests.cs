using Agentic.Inference.Backends.Cpu.Limits;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

public sealed class MachineLimitsTests
{
    [Fact]
    public void Measure_OneThread_GivesPlausibleFigures()
    {
        MachineLimits limits = MachineLimits.Measure(1);

        Assert.Equal(1, limits.Threads);
        Assert.InRange(limits.ReadBytesPerSecond, 1e8, 1e12);
        Assert.InRange(limits.FloatPerSecond, 1e8, 1e12);
        Assert.InRange(limits.Int8PerSecond, 1e8, 1e13);
        Assert.NotEmpty(limits.Int8Instructions);
    }

    [Fact]
    public void Measure_NoThreads_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => MachineLimits.Measure(0));
}
