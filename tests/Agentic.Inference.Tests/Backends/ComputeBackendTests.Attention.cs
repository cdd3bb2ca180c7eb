using Agentic.Inference.Attention;
using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Scalar;
using Agentic.Inference.KvCache;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

/// <summary>Attention over pages: every part of <see cref="AttentionCall"/> and <see cref="AttentionSegment"/>.</summary>
public abstract partial class ComputeBackendTests
{
    [Theory]
    [InlineData(KvType.Float32, 9, 3, 64, 64)]
    [InlineData(KvType.Float16, 9, 3, 64, 64)]
    [InlineData(KvType.Float32, 4, 4, 24, 40)]
    [InlineData(KvType.Float16, 8, 2, 80, 72)]
    [InlineData(KvType.Float32, 7, 1, 128, 128)]
    [InlineData(KvType.Float32, 2, 2, 5, 3)]
    [InlineData(KvType.Float16, 16, 1, 576, 512)]
    [InlineData(KvType.Q8_0, 9, 3, 64, 64)]
    [InlineData(KvType.Q8_0, 4, 4, 24, 40)]
    [InlineData(KvType.Q8_0, 12, 2, 80, 72)]
    [InlineData(KvType.Q8_0, 7, 1, 128, 128)]
    [InlineData(KvType.Q8_0, 4, 2, 16, 160)]
    [InlineData(KvType.Q8_0, 2, 2, 5, 3)]
    [InlineData(KvType.Q8_0, 16, 1, 576, 512)]
    public void Attend_DenseChunksAndDecodeRows_MatchesScalar(KvType type, int heads, int kvHeads, int keyDim, int valueDim)
    {
        foreach ((int First, int Rows)[] batch in new (int, int)[][] { [(0, 1)], [(0, 70)], [(700, 1)], [(130, 37), (63, 1), (64, 2), (0, 5)], [(511, 3)] })
            Compare(b => Attention(b, new KvPageFormat(type, 2, kvHeads, keyDim, valueDim), heads, batch), 1e-5f, $"{type} {heads}/{kvHeads}, {batch.Length} sequences");
    }

    public static TheoryData<string> Variants() => ["window", "bidirectional", "range", "pages", "pagesPerKvHead", "pagesPerHead", "merge", "softcap", "sinks", "sinksInWindow", "softcapInWindow", "sinksBidirectional", "rowScale", "nothing"];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Attend_EveryOption_MatchesScalar(string variant)
    {
        AttendOption(variant, new KvPageFormat(KvType.Float32, 2, 2, 32, 32, KeyPlanes: 2));
        AttendOption(variant, new KvPageFormat(KvType.Float16, 2, 2, 24, 40, KeyPlanes: 2));
        AttendOption(variant, new KvPageFormat(KvType.Float32, 2, 1, 40, 32, KeyPlanes: 2));
        AttendOption(variant, new KvPageFormat(KvType.Q8_0, 2, 2, 40, 48, KeyPlanes: 2));
    }

    private void AttendOption(string variant, KvPageFormat format)
    {
        (int, int)[] batch = [(300, 9), (0, 1), (650, 1)];
        AttentionCall Edit(IComputeBackend backend, AttentionCall call) => variant switch
        {
            "window" => call with { Segments = [new() { Mask = AttentionMask.CausalWindow, Window = 100 }] },
            "bidirectional" => call with { Segments = [new() { Mask = AttentionMask.Bidirectional }] },
            "range" => call with { Segments = [new() { KeyRange = [(3, 290), (0, 1), (64, 600)] }] },
            "pages" => call with { Segments = [new() { SelectedPages = [[0, 2, 4], [0], [1, 3, 9, 10]] }] },
            "pagesPerKvHead" when format.KvHeads == 2 => call with { Segments = [new() { PagesPerHead = 2, SelectedPages = [[0, 2], [1, 4], [0], [0], [1, 3, 9, 10], [10]] }] },
            "pagesPerHead" => call with { Segments = [new() { PagesPerHead = 4, SelectedPages = [[0, 2], [1, 4], [4], [3, 4], [0], [0], [0], [0], [10], [9, 10], [0, 1, 2, 3, 4, 5], []] }] },
            "merge" => call with
            {
                Segments =
                [
                    new() { Mask = AttentionMask.CausalWindow, Window = 65, LogitScale = 0.7f },
                    new() { KeyRange = [(0, 200), (0, 0), (0, 500)], KeyPlane = 1, QueryPlane = 1, LseShift = -0.4f },
                ],
            },
            "softcap" => call with { SoftCap = 3 },
            "sinks" => call with { Sinks = backend.Floats([0.5f, -2, 3, 0]) },
            "sinksInWindow" => call with { Sinks = backend.Floats([0.5f, -2, 3, 0]), Segments = [new() { Mask = AttentionMask.CausalWindow, Window = 7 }] },
            "softcapInWindow" => call with { SoftCap = 1.5f, Segments = [new() { Mask = AttentionMask.CausalWindow, Window = 64 }] },
            "sinksBidirectional" => call with { Sinks = backend.Floats([0.5f, -2, 3, 0]), Segments = [new() { Mask = AttentionMask.Bidirectional }] },
            "rowScale" => call with { RowScale = backend.Floats(new RandomData(4).Floats(11, 2)) },
            _ => call with { Segments = [new() { KeyRange = [(0, 0), (0, 0), (5, 5)] }] },
        };
        Compare(b => Attention(b, format, 4, batch, call => Edit(b, call)), 1e-5f, $"{variant}, {format}");
    }

    [Theory]
    [InlineData(KvType.Float32)]
    [InlineData(KvType.Float16)]
    [InlineData(KvType.Q8_0)]
    public void CopyPages_AllLayers_ReadsTheSame(KvType type)
    {
        float[] Run(IComputeBackend backend)
        {
            var format = new KvPageFormat(type, 2, 2, 16, 16);
            return Attention(backend, format, 4, [(0, 100)], call =>
            {
                backend.CopyPages(call.Pool, [.. call.Sequences[0].Pages], [20, 21]);
                return call with { Sequences = [call.Sequences[0] with { Pages = [20, 21] }] };
            });
        }

        Compare(Run, 1e-5f, "copied pages");
    }

    public static TheoryData<KvType, int, int> PageShapes() => new()
    {
        { KvType.Float32, 5, 3 }, { KvType.Float16, 24, 40 }, { KvType.Float16, 64, 64 }, { KvType.Q8_0, 16, 16 }, { KvType.Q8_0, 64, 64 }, { KvType.Q8_0, 80, 40 },
    };

    /// <summary>A page that has left by its bytes and come back elsewhere, through the scalar backend and directly, reads the same bit for bit.</summary>
    [Theory]
    [MemberData(nameof(PageShapes))]
    public void ReadPageThenWritePage_AnyBackend_SameBits(KvType type, int keyDim, int valueDim)
    {
        var format = new KvPageFormat(type, 2, 2, keyDim, valueDim, KeyPlanes: 2);
        using IComputeBackend backend = Create();
        using var scalar = new ScalarBackend();
        using DeviceKvPool other = scalar.CreateKvPool(format, 2);
        float[] direct = Attention(backend, format, 4, [(0, 100)]);
        float[] moved = Attention(backend, format, 4, [(0, 100)], call =>
        {
            byte[] bytes = new byte[format.PageBytes], back = new byte[format.PageBytes];
            for (int p = 0; p < 2; p++)
            {
                call.Pool.ReadPage(call.Sequences[0].Pages[p], bytes);
                other.WritePage(1 - p, bytes);
                other.ReadPage(1 - p, back);
                Assert.Equal(bytes, back);
                call.Pool.WritePage(30 + p, back);
                call.Pool.ReadPage(30 + p, back);
                Assert.Equal(bytes, back);
            }

            return call with { Sequences = [call.Sequences[0] with { Pages = [30, 31] }] };
        });
        Assert.Equal(direct, moved);
        Assert.Throws<ArgumentException>(() => other.WritePage(0, new byte[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => other.ReadPage(2, new byte[format.PageBytes]));
    }

    /// <summary>The scalar backend keeps pages as the format says: what it reads from this backend's bytes agrees with this backend.</summary>
    [Theory]
    [MemberData(nameof(PageShapes))]
    public void WritePage_OnScalarFromThisBackend_AttendsAlike(KvType type, int keyDim, int valueDim)
    {
        var format = new KvPageFormat(type, 2, 2, keyDim, valueDim, KeyPlanes: 2);
        var bytes = new byte[2][];
        using IComputeBackend backend = Create();
        using var scalar = new ScalarBackend();
        float[] expected = Attention(backend, format, 4, [(0, 100)], call =>
        {
            for (int p = 0; p < 2; p++) call.Pool.ReadPage(call.Sequences[0].Pages[p], bytes[p] = new byte[format.PageBytes]);
            return call;
        });
        AssertClose(expected, Attention(scalar, format, 4, [(0, 100)], call =>
        {
            for (int p = 0; p < 2; p++) call.Pool.WritePage(30 + p, bytes[p]);
            return call with { Sequences = [call.Sequences[0] with { Pages = [30, 31] }] };
        }), 1e-5f, $"{format}");
    }

    /// <summary>Appends random keys and values for every sequence, then attends with its last rows; output, log-sum-exp and page mass in one array.</summary>
    private static float[] Attention(
        IComputeBackend backend, KvPageFormat format, int heads, (int First, int Rows)[] batch, Func<AttentionCall, AttentionCall>? edit = null)
    {
        var data = new RandomData(17);
        using DeviceKvPool pool = backend.CreateKvPool(format, 40);
        var sequences = new List<SequenceRows>();
        int row = 0, page = 0;
        int stride = format.KvHeads * (format.KeyDim + format.ValueDim) + 3;
        foreach ((int first, int rows) in batch)
        {
            int keys = first + rows;
            int[] table = [.. Enumerable.Range(page, (keys + 63) / 64).Select(p => p * 7 % 19)];
            page += table.Length;
            var whole = new SequenceRows(0, keys, 0, table);
            for (int plane = 0; plane < format.KeyPlanes; plane++)
            {
                using DeviceBuffer kv = backend.Floats(data.Floats(keys * stride));
                backend.AppendKv(pool, 1, [whole], kv, stride, 3, 3 + format.KvHeads * format.KeyDim, plane);
            }

            sequences.Add(new SequenceRows(row, rows, first, table));
            row += rows;
        }

        int width = heads * format.KeyDim + 2, mass = 16;
        using DeviceBuffer q0 = backend.Floats(data.Floats(row * width, 3)), q1 = backend.Floats(data.Floats(row * width, 3));
        using DeviceBuffer output = backend.Allocate(ElementType.Float32, row * heads * format.ValueDim);
        using DeviceBuffer lse = backend.Allocate(ElementType.Float32, row * heads), masses = backend.Floats(new float[row * heads * mass]);

        // The second sequence's rows but its first, three keys a slot.
        SequenceRows probed = sequences[Math.Min(1, sequences.Count - 1)];
        int slots = (probed.KeyCount + 2) / 3;
        using DeviceBuffer keyMass = backend.Floats(new float[heads * slots]);
        var call = new AttentionCall
        {
            Pool = pool,
            Layer = 1,
            Sequences = sequences,
            Segments = [AttentionSegment.Dense],
            Queries = [q0, q1],
            QueryStride = width,
            QueryOffset = 2,
            QueryHeads = heads,
            Output = output,
            Scale = 0.2f,
            LogSumExp = lse,
            PageMass = masses,
            MassStride = mass,
            KeyMasses = [new KeyMassSum(keyMass, slots, 3, sequences.IndexOf(probed), probed.FirstRow + 1)],
        };
        call = edit?.Invoke(call) ?? call;
        backend.Attend(call);
        call.Sinks?.Dispose();
        call.RowScale?.Dispose();
        return [.. backend.Read(output), .. backend.Read(lse), .. backend.Read(masses), .. backend.Read(keyMass)];
    }
}
