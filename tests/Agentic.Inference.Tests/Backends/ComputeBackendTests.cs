using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Scalar;
using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

/// <summary>Holds a backend against the scalar one, operation by operation, over shapes that fit no vector as well as those that do.</summary>
public abstract partial class ComputeBackendTests
{
    private static readonly GgmlType[] Types =
    [
        GgmlType.F32, GgmlType.F16, GgmlType.BF16, GgmlType.Q4_0, GgmlType.Q4_1, GgmlType.Q5_0, GgmlType.Q5_1, GgmlType.Q8_0, GgmlType.Q2_K,
        GgmlType.Q3_K, GgmlType.Q4_K, GgmlType.Q5_K, GgmlType.Q6_K, GgmlType.IQ4_NL, GgmlType.IQ4_XS, GgmlType.MXFP4,
    ];

    public static TheoryData<GgmlType, ActivationMode> TypesAndModes()
    {
        var data = new TheoryData<GgmlType, ActivationMode>();
        foreach (GgmlType type in Types)
        {
            data.Add(type, ActivationMode.Int8);
            data.Add(type, ActivationMode.Float32);
        }

        return data;
    }

    /// <summary>The backend under test.</summary>
    protected abstract IComputeBackend Create(ActivationMode mode = ActivationMode.Int8);

    [Theory]
    [MemberData(nameof(TypesAndModes))]
    public void MatMul_EveryTypeAndShape_MatchesScalar(GgmlType type, ActivationMode mode)
    {
        using IComputeBackend backend = Create(mode);
        using var scalar = new ScalarBackend(mode);
        Assert.True(backend.Supports(type));
        int block = GgmlTypes.BlockSize(type);
        int[] widths = block == 1 ? [1, 7, 33, 192] : block == 32 ? [32, 96, 224] : [256, 512];
        foreach (int columns in widths)
        {
            foreach (int outputs in new[] { 1, 16, 19, 64 })
            {
                foreach (int rows in new[] { 1, 2, 3, 4, 5, 8, 13 }) MatMul(backend, scalar, type, outputs, columns, rows);
            }
        }
    }

    private static void MatMul(IComputeBackend backend, ScalarBackend scalar, GgmlType type, int outputs, int columns, int rows)
    {
        var data = new RandomData(outputs * 1000 + columns + rows);
        byte[] weights = data.Weights(type, outputs, columns);
        float[] x = data.Floats(rows * columns, 3);
        AssertClose(
            Product(scalar, [(type, outputs, weights)], x, rows, null, null),
            Product(backend, [(type, outputs, weights)], x, rows, null, null),
            2e-5f,
            $"{type} {outputs}×{columns}, {rows} rows");
    }

    [Theory]
    [InlineData(ActivationMode.Int8)]
    [InlineData(ActivationMode.Float32)]
    public void MatMul_PartsBiasAndAccumulate_MatchesScalar(ActivationMode mode)
    {
        using IComputeBackend backend = Create(mode);
        using var scalar = new ScalarBackend(mode);
        var data = new RandomData(5);
        (GgmlType, int, byte[])[] parts =
        [
            (GgmlType.Q4_1, 40, data.Weights(GgmlType.Q4_1, 40, 256)), (GgmlType.F16, 7, data.Weights(GgmlType.F16, 7, 256)),
            (GgmlType.Q6_K, 33, data.Weights(GgmlType.Q6_K, 33, 256)), (GgmlType.Q8_0, 16, data.Weights(GgmlType.Q8_0, 16, 256)),
        ];
        foreach (int rows in new[] { 1, 6, 70 })
        {
            float[] x = data.Floats(rows * 256), bias = data.Floats(96), start = data.Floats(rows * 96);
            AssertClose(Product(scalar, parts, x, rows, bias, start), Product(backend, parts, x, rows, bias, start), 2e-5f, $"{rows} rows");
        }
    }

    [Fact]
    public void MatMul_RowOfZeros_YieldsBias()
    {
        using IComputeBackend backend = Create();
        byte[] weights = new RandomData(1).Weights(GgmlType.Q4_1, 16, 64);
        float[] bias = new RandomData(2).Floats(16);
        Assert.Equal(bias, Product(backend, [(GgmlType.Q4_1, 16, weights)], new float[64], 1, bias, null));
    }

    [Theory]
    [MemberData(nameof(TypesAndModes))]
    public void Embed_EveryType_MatchesScalar(GgmlType type, ActivationMode mode)
    {
        using IComputeBackend backend = Create(mode);
        using var scalar = new ScalarBackend(mode);
        byte[] weights = new RandomData(9).Weights(type, 37, 256);
        AssertClose(Embedded(scalar, type, weights, false), Embedded(backend, type, weights, false), 1e-6f, $"{type}");
        AssertClose(Embedded(scalar, type, weights, true), Embedded(backend, type, weights, true), 1e-6f, $"{type}, accumulated");
    }

    private static float[] Embedded(IComputeBackend backend, GgmlType type, byte[] weights, bool accumulate)
    {
        using DeviceMatrix table = backend.Matrix((type, 37, weights));
        int[] ids = [0, 36, 5, 16, 15, 5];
        using DeviceBuffer tokens = backend.Ints(ids), output = backend.Floats(new RandomData(10).Floats(ids.Length * 256));
        backend.Embed(table, tokens, ids.Length, output, 1.5f, accumulate);
        return backend.Read(output);
    }

    [Theory]
    [InlineData(RopePairing.Adjacent, 64, 64)]
    [InlineData(RopePairing.Half, 64, 64)]
    [InlineData(RopePairing.Adjacent, 24, 10)]
    [InlineData(RopePairing.Half, 24, 10)]
    [InlineData(RopePairing.Half, 80, 32)]
    public void Rope_PairingsAndPartialRotation_MatchesScalar(RopePairing pairing, int headDim, int rotated)
    {
        const int rows = 70, heads = 3;
        int stride = heads * headDim + 11;
        float[] x = new RandomData(headDim).Floats(rows * stride);
        int[] positions = [.. Enumerable.Range(0, rows).Select(i => i * 37 % 8000)];
        double[] frequencies = [.. Enumerable.Range(0, rotated / 2).Select(i => Math.Pow(10000, -2.0 * i / rotated))];
        var table = new RopeTable(frequencies, pairing, 1.1f);
        float[] Run(IComputeBackend backend)
        {
            using DeviceBuffer buffer = backend.Floats(x), at = backend.Ints(positions);
            backend.Rope(buffer, rows, stride, 5, heads, headDim, at, table);
            return backend.Read(buffer);
        }

        Compare(Run, 1e-6f, $"{pairing} {headDim}");
    }

    [Fact]
    public void TargetLogProbsAndSample_LargeVocabulary_MatchScalar()
    {
        const int vocabulary = 4999, rows = 5;
        float[] logits = new RandomData(8).Floats(rows * vocabulary, 12);
        float[] Run(IComputeBackend backend)
        {
            using DeviceBuffer buffer = backend.Floats(logits);
            float[] results = new float[rows];
            backend.TargetLogProbs(buffer, rows, vocabulary, [0, 17, 4998, 2500, 1], results);
            var tokens = new SampledToken[rows];
            backend.Sample(buffer, vocabulary, [new(), new() { Temperature = 1, Seed = 3 }, new() { Temperature = 0.7f, TopK = 40, Seed = 4 }, new() { Temperature = 1, TopP = 0.9f }, new()], tokens);
            return [.. results, .. tokens.Select(t => (float)t.Token), .. tokens.Select(t => t.LogProb)];
        }

        Compare(Run, 2e-6f, "logits");
    }

    [Fact]
    public void Entropies_LargeVocabularyAndMaskedLogits_MatchScalar()
    {
        const int vocabulary = 4999, rows = 4;
        float[] logits = new RandomData(8).Floats(rows * vocabulary, 12);
        logits.AsSpan(vocabulary, vocabulary).Fill(3);
        logits.AsSpan(2 * vocabulary, vocabulary - 2).Fill(float.NegativeInfinity);
        float[] Run(IComputeBackend backend)
        {
            using DeviceBuffer buffer = backend.Floats(logits);
            float[] results = new float[rows];
            backend.Entropies(buffer, rows, vocabulary, results);
            Assert.Equal(MathF.Log(vocabulary), results[1], 1e-4f);
            Assert.InRange(results[2], 0, MathF.Log(2) + 1e-5f);
            return results;
        }

        Compare(Run, 2e-5f, "entropies");
    }

    /// <summary>Runs the same on the scalar backend and the one under test.</summary>
    private void Compare(Func<IComputeBackend, float[]> run, float tolerance, string what)
    {
        using IComputeBackend backend = Create();
        using var scalar = new ScalarBackend();
        AssertClose(run(scalar), run(backend), tolerance, what);
    }

    private static float[] Product(IComputeBackend backend, (GgmlType, int, byte[])[] parts, float[] x, int rows, float[]? bias, float[]? start)
    {
        using DeviceMatrix matrix = backend.Matrix(parts);
        using DeviceBuffer input = backend.Floats(x), output = backend.Floats(start ?? new float[rows * matrix.Rows]);
        using DeviceBuffer? b = bias is null ? null : backend.Floats(bias);
        backend.MatMul(matrix, input, rows, output, b, start is not null);
        return backend.Read(output);
    }

    /// <summary>Within a tolerance relative to the largest expected magnitude.</summary>
    private static void AssertClose(float[] expected, float[] actual, float tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        float limit = tolerance * expected.Select(Math.Abs).Where(float.IsFinite).DefaultIfEmpty(0).Max();
        for (int i = 0; i < expected.Length; i++)
        {
            bool close = expected[i].Equals(actual[i]) || Math.Abs(expected[i] - actual[i]) <= limit;
            Assert.True(close, $"{what}: element {i} is {actual[i]:R}, expected {expected[i]:R} ± {limit:R}");
        }
    }
}
