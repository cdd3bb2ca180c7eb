using Agentic.Inference.Backends.Scalar;
using Agentic.Inference.KvCache;
using Xunit;

namespace Agentic.Inference.Tests.KvCache;

public sealed class KvSequenceTests
{
    private static readonly KvPageFormat Format = new(KvType.Float32, 1, 1, 4, 4);

    [Fact]
    public void Reserve_AcrossPageEdges_TakesWholePages()
    {
        using var cache = new PagedKvCache(new ScalarBackend(), Format, 4);
        using KvSequence sequence = cache.Create();
        foreach ((int tokens, int used) in ((int, int)[])[(0, 0), (1, 1), (64, 1), (65, 2), (256, 4)])
        {
            Assert.True(sequence.TryReserve(tokens));
            Assert.Equal(used, cache.UsedPages);
        }

        Assert.False(sequence.TryReserve(257));
        var error = Assert.Throws<KvCacheFullException>(() => sequence.Reserve(257));
        Assert.Equal((1, 0, 4), (error.NeededPages, error.FreePages, error.TotalPages));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public void Reserve_MoreThanCanBeCounted_IsRefused(int filled)
    {
        using var cache = new PagedKvCache(new ScalarBackend(), Format, 4);
        using KvSequence sequence = Filled(cache, filled);
        Assert.False(sequence.TryReserve(int.MaxValue));
        Assert.Throws<KvCacheFullException>(() => sequence.Reserve(int.MaxValue));
    }

    [Fact]
    public void Fork_WithOpenPage_SharesAllUntilOneAppends()
    {
        using var cache = new PagedKvCache(new ScalarBackend(), Format, 8);
        using KvSequence trunk = Filled(cache, 100);
        using KvSequence fork = trunk.Fork();
        Assert.Equal(2, cache.UsedPages);
        Assert.True(fork.TryReserve(1));
        Assert.Equal(3, cache.UsedPages);
        Assert.Equal(trunk.Pages[0], fork.Pages[0]);
        Assert.NotEqual(trunk.Pages[1], fork.Pages[1]);

        // The trunk is alone on its open page now: nothing to copy.
        Assert.True(trunk.TryReserve(1));
        Assert.Equal(3, cache.UsedPages);
    }

    [Theory]
    [InlineData(2, 2, 1)]
    [InlineData(3, 2, 0)]
    [InlineData(3, 3, 1)]
    [InlineData(4, 3, 0)]
    public void TryReserve_OwnersOfOneOpenPageTogether_TheLastNeedsNoCopy(int pages, int owners, int missing)
    {
        using var cache = new PagedKvCache(new ScalarBackend(), Format, pages);
        using KvSequence trunk = Filled(cache, 100);
        KvSequence[] all = [trunk, .. Enumerable.Range(1, owners - 1).Select(_ => trunk.Fork())];
        Assert.Equal(missing, cache.TryReserve(all, [.. all.Select(_ => 1)]));
        Assert.Equal(missing == 0 ? pages : 2, cache.UsedPages);
        Assert.Equal(missing == 0 ? owners : 1, all.Select(sequence => sequence.Pages[1]).Distinct().Count());
    }

    [Fact]
    public void TryReserve_AnOwnerOutsideTheBatch_EveryOneNeedsACopy()
    {
        using var cache = new PagedKvCache(new ScalarBackend(), Format, 3);
        using KvSequence trunk = Filled(cache, 100);
        using KvSequence left = trunk.Fork();
        using KvSequence right = trunk.Fork();
        Assert.Equal(1, cache.TryReserve([left, right], [1, 1]));
        Assert.Equal(0, cache.TryReserve([left, trunk, right], [0, 1, 0]));
    }

    [Fact]
    public void Fork_AtPageEdge_CopiesNothing()
    {
        using var cache = new PagedKvCache(new ScalarBackend(), Format, 8);
        using KvSequence trunk = Filled(cache, 128);
        using KvSequence fork = trunk.Fork();
        Assert.True(fork.TryReserve(64));
        Assert.Equal(3, cache.UsedPages);
        Assert.Equal(trunk.Pages.ToArray(), fork.Pages[..2].ToArray());
    }

    [Fact]
    public void Truncate_IntoSharedPages_KeepsTheOthersContents()
    {
        using var cache = new PagedKvCache(new ScalarBackend(), Format, 8);
        using KvSequence trunk = Filled(cache, 192);
        using KvSequence fork = trunk.Fork();
        fork.Truncate(70);
        Assert.Equal(2, fork.Pages.Length);
        Assert.Equal(3, cache.UsedPages);
        Assert.True(fork.TryReserve(1));
        Assert.NotEqual(trunk.Pages[1], fork.Pages[1]);
        Assert.Equal(4, cache.UsedPages);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Pages_AfterRandomUse_AreAllFreeAgain(int seed)
    {
        var random = new Random(seed);
        using var cache = new PagedKvCache(new ScalarBackend(), Format, 20);
        var alive = new List<KvSequence>();
        int refused = 0;
        int shared = 0;
        for (int i = 0; i < 2000; i++)
        {
            int which = alive.Count == 0 ? -1 : random.Next(alive.Count);
            switch (which < 0 ? 0 : random.Next(7))
            {
                case 0:
                    alive.Add(cache.Create());
                    break;
                case 1:
                    alive.Add(alive[which].Fork());
                    break;
                case 2:
                    alive[which].Truncate(random.Next(alive[which].Length + 1));
                    break;
                case 3:
                    alive[which].Dispose();
                    alive.RemoveAt(which);
                    break;
                case 4 when random.Next(10) == 0:
                    alive[which].Discard();
                    alive.RemoveAt(which);
                    break;
                default:
                    // Few different tokens: sequences often hold the same, and share it.
                    int[] tokens = [.. Enumerable.Repeat(random.Next(3), random.Next(200))];
                    int[] wanted = [.. alive[which].Tokens, .. tokens];
                    int found = alive[which].TakeOver(wanted, wanted.Length);
                    shared += found;
                    if (alive[which].TryReserve(tokens.Length - found))
                    {
                        alive[which].Advance(tokens.AsSpan(found));
                    }
                    else
                    {
                        refused++;
                    }

                    break;
            }

            int distinct = alive.SelectMany(sequence => sequence.Pages.ToArray()).Distinct().Count();
            Assert.Equal(distinct, cache.UsedPages);
            Assert.Null(cache.Check());
        }

        Assert.True(refused > 0);
        Assert.True(shared > 0);
        alive.ForEach(sequence => sequence.Dispose());
        Assert.Equal(cache.TotalPages, cache.FreePages);
    }

    private static KvSequence Filled(PagedKvCache cache, int tokens)
    {
        KvSequence sequence = cache.Create();
        sequence.Reserve(tokens);
        sequence.Advance([.. Enumerable.Range(0, tokens)]);
        return sequence;
    }
}
