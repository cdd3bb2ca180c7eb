using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.Models;

/// <summary>The defaults: 8-bit activations, cache in half precision.</summary>
public sealed class EmbeddedModelInt8Tests(ITestOutputHelper output) : EmbeddedModelTests(output, ActivationMode.Int8, KvType.Float16)
{
    protected override double TopTolerance => 1.0;

    protected override double AnyTolerance => 2.0;

    protected override double GreedyMargin => 0.8;

    protected override double PerplexityTolerance => 0.01;

    protected override double WindowTolerance => 0.02;

    protected override int LongestPrompt => 2048;
}

/// <summary>8-bit activations, cache in 8-bit blocks: held to what is asked of the defaults.</summary>
public sealed class EmbeddedModelQ8CacheTests(ITestOutputHelper output) : EmbeddedModelTests(output, ActivationMode.Int8, KvType.Q8_0)
{
    protected override double TopTolerance => 1.0;

    protected override double AnyTolerance => 2.0;

    protected override double GreedyMargin => 0.8;

    protected override double PerplexityTolerance => 0.01;

    protected override double WindowTolerance => 0.02;

    protected override int LongestPrompt => 2048;
}

/// <summary>Exact: nothing rounded but to float32.</summary>
public sealed class EmbeddedModelFloatTests(ITestOutputHelper output) : EmbeddedModelTests(output, ActivationMode.Float32, KvType.Float32)
{
    protected override double TopTolerance => 2e-3;

    protected override double AnyTolerance => 5e-3;

    protected override double GreedyMargin => 0.005;

    protected override double PerplexityTolerance => 1e-4;

    protected override double WindowTolerance => 2e-4;

    protected override int LongestPrompt => 512;
}
