using Agentic.Inference.Attention;
using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Cpu;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

/// <summary>A row's result has the same bits alone, in a batch, in another chunk and on another number of threads.</summary>
public sealed class BitIdentityTests
{
    [Theory]
    [InlineData(GgmlType.Q4_1, ActivationMode.Int8)]
    [InlineData(GgmlType.Q4_1, ActivationMode.Float32)]
    [InlineData(GgmlType.Q2_K, ActivationMode.Int8)]
    [InlineData(GgmlType.Q5_0, ActivationMode.Int8)]
    [InlineData(GgmlType.Q6_K, ActivationMode.Int8)]
    [InlineData(GgmlType.Q8_0, ActivationMode.Int8)]
    [InlineData(GgmlType.F16, ActivationMode.Int8)]
    public void MatMul_RowAloneOrInBatch_HasEqualBits(GgmlType type, ActivationMode mode)
    {
        const int outputs = 100, columns = 512, rows = 71;
        var data = new RandomData(1);
        byte[] weights = data.Weights(type, outputs, columns);
        float[] x = data.Floats(rows * columns, 2);
        float[] batch = Product(2, mode, type, weights, x, rows);
        Assert.Equal(batch, Product(1, mode, type, weights, x, rows));
        for (int first = 0, count = 1; first + count <= rows; first += count, count = count % 6 + 1)
        {
            float[] part = Product(2, mode, type, weights, x[(first * columns)..((first + count) * columns)], count);
            Assert.Equal(batch[(first * outputs)..((first + count) * outputs)], part);
        }
    }

    private static float[] Product(int threads, ActivationMode mode, GgmlType type, byte[] weights, float[] x, int rows)
    {
        using var backend = new SimdBackend(threads, mode);
        using DeviceMatrix matrix = backend.Matrix((type, 100, weights));
        using DeviceBuffer input = backend.Floats(x), output = backend.Allocate(ElementType.Float32, rows * 100);
        backend.MatMul(matrix, input, rows, output);
        return backend.Read(output);
    }

    [Theory]
    [InlineData(KvType.Float32, 0)]
    [InlineData(KvType.Float16, 0)]
    [InlineData(KvType.Q8_0, 0)]
    [InlineData(KvType.Float32, 100)]
    [InlineData(KvType.Q8_0, 100)]
    public void Attend_ChunkedBatchedOrAlone_HasEqualBits(KvType type, int window)
    {
        float[] whole = Attention(2, type, window, [(0, 700)]);
        Assert.Equal(whole, Attention(1, type, window, [(0, 700)]));
        Assert.Equal(whole, Attention(2, type, window, [(0, 300), (300, 129), (429, 1), (430, 2), (432, 267), (699, 1)]));
        float[] last = whole[(699 * 9 * 65)..];
        Assert.Equal(last, Attention(4, type, window, [(0, 699), (699, 1)])[(699 * 9 * 65)..]);
    }

    /// <summary>Output and log-sum-exp of 700 positions, computed chunk by chunk.</summary>
    private static float[] Attention(int threads, KvType type, int window, (int First, int Rows)[] chunks)
    {
        const int total = 700, heads = 9, kvHeads = 3, dim = 64, stride = 2 * kvHeads * dim;
        using var backend = new SimdBackend(threads);
        var data = new RandomData(11);
        float[] kv = data.Floats(total * stride), queries = data.Floats(total * heads * dim, 2);
        using DeviceKvPool pool = backend.CreateKvPool(new KvPageFormat(type, 1, kvHeads, dim, dim), 11);
        int[] pages = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7, 10];
        float[] results = new float[total * heads * (dim + 1)];
        foreach ((int first, int rows) in chunks)
        {
            using DeviceBuffer source = backend.Floats(kv.AsSpan(first * stride, rows * stride)), q = backend.Floats(queries.AsSpan(first * heads * dim, rows * heads * dim));
            using DeviceBuffer output = backend.Allocate(ElementType.Float32, rows * heads * dim), lse = backend.Allocate(ElementType.Float32, rows * heads);
            SequenceRows[] sequence = [new(0, rows, first, pages)];
            backend.AppendKv(pool, 0, sequence, source, stride, 0, kvHeads * dim);
            backend.Attend(new AttentionCall
            {
                Pool = pool,
                Layer = 0,
                Sequences = sequence,
                Segments = [window == 0 ? AttentionSegment.Dense : new() { Mask = AttentionMask.CausalWindow, Window = window }],
                Queries = [q],
                QueryStride = heads * dim,
                QueryHeads = heads,
                Output = output,
                Scale = 0.125f,
                LogSumExp = lse,
            });
            float[] o = backend.Read(output), l = backend.Read(lse);
            for (int i = 0; i < rows * heads; i++)
            {
                int target = (first * heads + i) * (dim + 1);
                o.AsSpan(i * dim, dim).CopyTo(results.AsSpan(target));
                results[target + dim] = l[i];
            }
        }

        return results;
    }
}
