using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Cpu;
using Agentic.Inference.Backends.Scalar;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

public sealed class BackendFactoryTests
{
    [Theory]
    [InlineData("auto", typeof(SimdBackend))]
    [InlineData("cpu", typeof(SimdBackend))]
    [InlineData("scalar", typeof(ScalarBackend))]
    public void Create_KnownName_MakesThatBackend(string name, Type expected)
    {
        using IComputeBackend backend = BackendFactory.Create(new BackendOptions { Name = name, Threads = 1 });
        Assert.IsType(expected, backend);
    }

    [Fact]
    public void Create_UnknownNameOrNoThreads_Refused()
    {
        Assert.Contains("'tpu'", Assert.Throws<ConfigurationException>(() => BackendFactory.Create(new BackendOptions { Name = "tpu" })).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => BackendFactory.Create(new BackendOptions { Threads = 0 }));
    }
}
