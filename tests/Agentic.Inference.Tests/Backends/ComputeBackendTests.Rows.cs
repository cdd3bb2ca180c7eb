using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Scalar;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

/// <summary>Norms, activations and other operations on rows.</summary>
public abstract partial class ComputeBackendTests
{
    public static TheoryData<Activation> Activations() => [.. Enum.GetValues<Activation>()];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 13)]
    [InlineData(5, 64)]
    [InlineData(70, 576)]
    public void RmsNorm_AnyWidth_MatchesScalar(int rows, int width)
    {
        var data = new RandomData(width);
        float[] x = data.Floats(rows * width, 4), weight = data.Floats(width);
        float[] Run(IComputeBackend backend)
        {
            using DeviceBuffer input = backend.Floats(x), w = backend.Floats(weight), output = backend.Allocate(ElementType.Float32, x.Length);
            backend.RmsNorm(input, w, 1e-5f, rows, width, output);
            backend.RmsNorm(input, w, 1e-5f, rows, width, input);
            Assert.Equal(backend.Read(output), backend.Read(input));
            return backend.Read(output);
        }

        Compare(Run, 2e-6f, $"{rows}×{width}");
    }

    [Theory]
    [InlineData(1, 3, 13)]
    [InlineData(5, 1, 96)]
    [InlineData(70, 9, 64)]
    public void RmsNormHeads_PartsOfRows_MatchesScalarAndLeavesTheRest(int rows, int heads, int headDim)
    {
        var data = new RandomData(headDim);
        int stride = heads * headDim + 9;
        float[] x = data.Floats(rows * stride, 4), weight = data.Floats(headDim);
        float[] Run(IComputeBackend backend)
        {
            using DeviceBuffer input = backend.Floats(x), w = backend.Floats(weight);
            backend.RmsNormHeads(input, rows, stride, 5, heads, headDim, w, 1e-5f);
            float[] result = backend.Read(input);
            Assert.All(Enumerable.Range(0, rows), r => Assert.True(x.AsSpan(r * stride, 5).SequenceEqual(result.AsSpan(r * stride, 5))));
            Assert.All(Enumerable.Range(0, rows), r => Assert.True(x.AsSpan((r + 1) * stride - 4, 4).SequenceEqual(result.AsSpan((r + 1) * stride - 4, 4))));
            return result;
        }

        Compare(Run, 2e-6f, $"{rows}×{heads}×{headDim}");
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(3, 13, true)]
    [InlineData(5, 64, false)]
    [InlineData(70, 384, true)]
    public void LayerNorm_AnyWidth_MatchesScalar(int rows, int width, bool biased)
    {
        var data = new RandomData(width);
        float[] x = data.Floats(rows * width, 4), weight = data.Floats(width), offset = data.Floats(width);
        float[] Run(IComputeBackend backend)
        {
            using DeviceBuffer input = backend.Floats([.. x.Select(value => value + 3)]), w = backend.Floats(weight), output = backend.Allocate(ElementType.Float32, x.Length);
            using DeviceBuffer? bias = biased ? backend.Floats(offset) : null;
            backend.LayerNorm(input, w, bias, 1e-5f, rows, width, output);
            backend.LayerNorm(input, w, bias, 1e-5f, rows, width, input);
            Assert.Equal(backend.Read(output), backend.Read(input));
            return backend.Read(output);
        }

        Compare(Run, 2e-6f, $"{rows}×{width}");
    }

    [Fact]
    public void LayerNorm_ByHand_UsesTheBiasedVariance()
    {
        using IComputeBackend backend = Create();
        using DeviceBuffer x = backend.Floats([1, 3]), weight = backend.Floats([2, 4]), bias = backend.Floats([10, 20]);
        backend.LayerNorm(x, weight, bias, 3, 1, 2, x); // mean 2, variance 1, √(1 + 3) = 2
        Assert.Equal([9f, 22f], backend.Read(x));
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void GluAndActivate_WideRange_MatchScalar(Activation activation)
    {
        foreach ((int rows, int width, float range) in new[] { (1, 1, 1f), (3, 13, 3f), (3, 13, 30f), (40, 1536, 4f), (5, 5001, 12f) })
        {
            float[] x = new RandomData(width).Floats(rows * 2 * width, range);
            if (range > 20) (x[0], x[^1]) = (1000, -1000);
            float[] Run(IComputeBackend backend)
            {
                using DeviceBuffer input = backend.Floats(x), output = backend.Allocate(ElementType.Float32, rows * width);
                backend.Glu(activation, input, rows, width, output);
                backend.Activate(activation, input, x.Length);
                return [.. backend.Read(output), .. backend.Read(input)];
            }

            Compare(Run, 2e-6f, $"{activation} {rows}×{width}");
        }
    }

    [Theory]
    [InlineData(Activation.Silu, 1, 0.7310585786)]
    [InlineData(Activation.Silu, -2, -0.2384058440)]
    [InlineData(Activation.GeluTanh, 1, 0.8411919906)]
    [InlineData(Activation.GeluTanh, -3, -0.0036373920)]
    [InlineData(Activation.GeluErf, 1, 0.8413447461)]
    [InlineData(Activation.GeluErf, -3, -0.0040496941)]
    [InlineData(Activation.GeluErf, -5, -1.4332575e-6)]
    [InlineData(Activation.GeluErf, 5, 4.9999985667)]
    [InlineData(Activation.Sigmoid, 2, 0.8807970780)]
    [InlineData(Activation.ClampedSwish, 9, 6.9999531)]
    [InlineData(Activation.ClampedSwish, -1, -0.1542041)]
    public void Activate_KnownValues_AreMet(Activation activation, float x, double expected)
    {
        IComputeBackend[] backends = [Create(), new ScalarBackend()];
        foreach (IComputeBackend backend in backends)
        {
            using DeviceBuffer buffer = backend.Floats([x]);
            backend.Activate(activation, buffer, 1);
            float found = backend.Read(buffer)[0];
            backend.Dispose();
            Assert.True(Math.Abs(found - expected) <= 1e-6 * Math.Abs(expected) + 1e-9, $"{backend.Name}: {found:R} for {expected:R}");
        }
    }

    [Fact]
    public void Glu_ClampedSwish_ClampsUpOnBothSidesAndAddsOne()
    {
        using IComputeBackend backend = Create();
        using DeviceBuffer gateUp = backend.Floats([1, 1, 9, -9]), output = backend.Allocate(ElementType.Float32, 2);
        backend.Glu(Activation.ClampedSwish, gateUp, 1, 2, output);
        float swish = (float)(1 / (1 + Math.Exp(-1.702)));
        Assert.Equal([8 * swish, -6 * swish], backend.Read(output).Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.125f, 1)]
    [InlineData(1, 5)]
    [InlineData(-3, 30)]
    public void AddScaleAndSoftCap_OddLengths_MatchScalar(float scale, float cap)
    {
        const int length = 9001;
        var data = new RandomData(3);
        float[] x = data.Floats(length, 40), y = data.Floats(length);
        float[] Run(IComputeBackend backend)
        {
            using DeviceBuffer a = backend.Floats(x), b = backend.Floats(x), c = backend.Floats(y);
            backend.Add(a, c, length - 1, scale);
            backend.Scale(b, length - 1, scale);
            backend.Scale(c, length - 1, scale, cap);
            return [.. backend.Read(a), .. backend.Read(b), .. backend.Read(c)];
        }

        Compare(Run, 1e-6f, $"{scale}, {cap}");
    }

    [Fact]
    public void Scale_SoftCap_IsTheHyperbolicTangent()
    {
        using IComputeBackend backend = Create();
        float[] x = [0, 1e-4f, -0.1f, 2, -10, 50, 1000];
        using DeviceBuffer buffer = backend.Floats(x);
        backend.Scale(buffer, x.Length, 2, 5);
        float[] found = backend.Read(buffer);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = 5 * Math.Tanh(2 * x[i] / 5);
            Assert.True(Math.Abs(found[i] - expected) <= 4e-7 * Math.Abs(expected), $"{found[i]:R} for {expected:R}");
        }
    }

    [Fact]
    public void GatherRows_AnyOrder_MatchesScalar()
    {
        float[] x = new RandomData(3).Floats(7 * 13);
        float[] Run(IComputeBackend backend)
        {
            using DeviceBuffer a = backend.Floats(x), ids = backend.Ints([6, 0, 3, 3]), output = backend.Allocate(ElementType.Float32, 4 * 13);
            backend.GatherRows(a, ids, 4, 13, output);
            return backend.Read(output);
        }

        Compare(Run, 0, "gather");
    }
}
