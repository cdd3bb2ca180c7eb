using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Cpu;
using Agentic.Inference.KvCache;
using Xunit;

namespace Agentic.Inference.Tests.KvCache;

/// <summary>Memory of pages is touched a little ahead of its use, and what pages hold is not changed by it.</summary>
public sealed class PageWarmerTests
{
    private static readonly KvPageFormat Format = new(KvType.Float16, Layers: 4, KvHeads: 2, KeyDim: 64, ValueDim: 64);

    [Fact]
    public async Task Used_MoreAndMore_WarmStaysAheadAndNoFurther()
    {
        using var backend = new SimdBackend(1);
        using DeviceKvPool pool = backend.CreateKvPool(Format, 1000);
        Assert.InRange(pool.PagesAhead, 2 << 20 >> 15, 100); // 32 KiB a page and layer
        using var warmer = new PageWarmer(pool);
        foreach (int used in (int[])[0, 10, 300, 990, 1000])
        {
            warmer.Used(used);
            int expected = Math.Min(1000, used + pool.PagesAhead);
            for (int i = 0; i < 4000 && warmer.Warm < expected; i++)
            {
                await Task.Delay(5);
            }

            Assert.Equal(expected, warmer.Warm);
        }
    }

    [Fact]
    public void Touch_WhileOthersWrite_NothingIsLost()
    {
        using var backend = new SimdBackend(1);
        using DeviceKvPool pool = backend.CreateKvPool(Format, 600);
        byte[][] pages = [.. Enumerable.Range(0, 8).Select(i => Bytes(i))];
        using var stop = new CancellationTokenSource();
        var toucher = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                for (int layer = 0; layer < Format.Layers; layer++)
                {
                    pool.Touch(layer, 0, 8);
                }
            }
        });
        toucher.Start();
        var read = new byte[Format.PageBytes];
        for (int round = 0; round < 200; round++)
        {
            int page = round % 8;
            pool.WritePage(page, pages[(round + (round / 8)) % 8]);
            pool.ReadPage(page, read);
            Assert.Equal(pages[(round + (round / 8)) % 8], read);
        }

        stop.Cancel();
        toucher.Join();
    }

    [Fact]
    public void Dispose_WhileWarming_StopsFirst()
    {
        using var backend = new SimdBackend(1);
        for (int i = 0; i < 20; i++)
        {
            using var cache = new PagedKvCache(backend, Format, 700);
            using KvSequence sequence = cache.Create();
            sequence.Reserve(64 * 100);
        }
    }

    [Fact]
    public void PagesAhead_SmallOrManagedPool_None()
    {
        using var backend = new SimdBackend(1);
        using DeviceKvPool small = backend.CreateKvPool(Format, 100);
        using DeviceKvPool managed = new Agentic.Inference.Backends.Scalar.ScalarBackend().CreateKvPool(Format, 10);
        Assert.Equal((0, 0), (small.PagesAhead, managed.PagesAhead));
    }

    private static byte[] Bytes(int seed)
    {
        var bytes = new byte[Format.PageBytes];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
