using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Cpu;

namespace Agentic.Inference.Tests.Backends;

/// <summary>The vector backend with two threads against the scalar one.</summary>
public sealed class SimdBackendTests : ComputeBackendTests
{
    /// <inheritdoc/>
    protected override IComputeBackend Create(ActivationMode mode = ActivationMode.Int8) => new SimdBackend(2, mode);
}
