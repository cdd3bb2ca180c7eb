using System.Collections;
using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Cpu;
using Agentic.Inference.Gguf;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

/// <summary>The vector backend with two threads against the scalar one.</summary>
public sealed class SimdBackendTests : ComputeBackendTests
{
    private const int Rows = 9, Vocabulary = 4100;

    /// <inheritdoc/>
    protected override IComputeBackend Create(ActivationMode mode = ActivationMode.Int8) => new SimdBackend(2, mode);

    [Theory]
    [InlineData(2)]
    [InlineData(Rows)]
    public void Sample_SomeRows_AreDrawnAsEachAlone(int count)
    {
        using IComputeBackend backend = Create();
        float[] values = new RandomData(5).Floats(Rows * Vocabulary, 4);
        using DeviceBuffer logits = backend.Floats(values);
        SamplingRow[] rows = [.. Enumerable.Range(0, count).Select(r => new SamplingRow { Temperature = r % 3, TopK = 40 * (r % 2), Seed = 3, Counter = (ulong)r })];
        var drawn = new SampledToken[count];
        backend.Sample(logits, Vocabulary, rows, drawn);
        for (int r = 0; r < count; r++) Assert.Equal(RowSampler.Sample(values.AsSpan(r * Vocabulary, Vocabulary), rows[r]), drawn[r]);
    }

    [Fact]
    public void Sample_RowThatCannotBeDrawn_FailsTheCallAndTheNextIsDrawn()
    {
        using IComputeBackend backend = Create();
        using DeviceBuffer logits = backend.Floats(new RandomData(5).Floats(Rows * Vocabulary, 4));
        SamplingRow[] rows = [.. Enumerable.Range(0, Rows).Select(_ => new SamplingRow())], broken = [.. rows.Select(row => row with { Bias = new BrokenBias() })];
        var drawn = new SampledToken[Rows];
        var failure = Assert.Throws<InvalidOperationException>(() => backend.Sample(logits, Vocabulary, broken, drawn));
        Assert.Contains("cannot be read", failure.Message, StringComparison.Ordinal);
        backend.Sample(logits, Vocabulary, rows, drawn);
        Assert.All(drawn, token => Assert.InRange(token.Token, 0, Vocabulary - 1));
    }

    [Fact]
    public void GroupedMatMul_FewExpertsMet_CountsTheBytesOfThese()
    {
        using IComputeBackend backend = Create();
        using DeviceMatrix matrix = Stack(backend, 4, (GgmlType.Q8_0, 4 * 32, 32, new byte[4 * 32 * 34]));
        using DeviceBuffer x = backend.Floats(new float[3 * 32]), choices = backend.Ints([2, 0, 2]), output = backend.Allocate(ElementType.Float32, 3 * 32);
        backend.GroupedMatMul(matrix, 4, choices, 3, 1, new RowBlocks(x, 32, 0), new RowBlocks(output, 32, 32));
        Assert.Equal(matrix.Bytes / 4 * 2, backend.Counters.BytesRead);
    }

    private sealed class BrokenBias : IReadOnlyDictionary<int, float>
    {
        public IEnumerable<int> Keys => [];

        public IEnumerable<float> Values => [];

        public int Count => 1;

        public float this[int key] => 0;

        public bool ContainsKey(int key) => false;

        public bool TryGetValue(int key, out float value) => (value = 0) > 0;

        public IEnumerator<KeyValuePair<int, float>> GetEnumerator() => throw new NotSupportedException("It cannot be read.");

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
