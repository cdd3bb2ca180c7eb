using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Scalar;

namespace Agentic.Inference.Tests.Models;

public sealed class ScalarModelBatchingTests : ModelBatchingTests
{
    protected override IComputeBackend CreateBackend(ActivationMode activations) => new ScalarBackend(activations);
}
