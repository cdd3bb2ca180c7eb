using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Models;

public sealed class ModelTimingsTests
{
    [Fact]
    public void Record_PrefillAndDecode_AreKeptApart()
    {
        var timings = new ModelTimings();
        Assert.Null(timings.PrefillTokensPerSecond);
        Assert.Null(timings.DecodeTokensPerSecond);
        timings.Record(512, 1, TimeSpan.FromSeconds(0.5));
        timings.Record(4, 4, TimeSpan.FromSeconds(0.02));
        timings.Record(9, 3, TimeSpan.FromSeconds(1)); // a small mixed step says nothing
        Assert.Equal(1024, timings.PrefillTokensPerSecond!.Value, 1e-6);
        Assert.Equal(50, timings.DecodeTokensPerSecond!.Value, 1e-6);
        timings.Record(1, 1, TimeSpan.FromSeconds(0.01));
        Assert.Equal(60, timings.DecodeTokensPerSecond!.Value, 1e-6);
    }
}
