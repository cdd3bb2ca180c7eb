using Agentic.Inference.Backends.Scalar;
using Agentic.Inference.KvCache;
using Xunit;

namespace Agentic.Inference.Tests.KvCache;

public sealed class PrefixSharingTests
{
    private static readonly KvPageFormat Format = new(KvType.Float32, 1, 1, 4, 4);

    [Fact]
    public void Find_WhatARunningSequenceHolds_SharesItsFullPages()
    {
        using var cache = Cache(8);
        using KvSequence running = Filled(cache, Tokens(150));
        using KvSequence found = cache.Find(Tokens(200), 200);
        Assert.Equal(128, found.Length);
        Assert.Equal(running.Pages[..2].ToArray(), found.Pages.ToArray());
        Assert.Equal(Tokens(128), found.Tokens.ToArray());
        Assert.Equal(3, cache.UsedPages);
    }

    [Theory]
    [InlineData(127, 64)]
    [InlineData(128, 128)]
    [InlineData(63, 0)]
    public void Find_UpToALimit_WholePagesBelowIt(int most, int length)
    {
        using var cache = Cache(8);
        Filled(cache, Tokens(150)).Dispose();
        using KvSequence found = cache.Find(Tokens(150), most);
        Assert.Equal(length, found.Length);
    }

    [Fact]
    public void Find_OtherBeginning_FindsNothingThoughAPageIsEqual()
    {
        using var cache = Cache(8);
        Filled(cache, [.. Tokens(64), .. Tokens(64)]).Dispose();
        int[] other = [.. Enumerable.Repeat(7, 64), .. Tokens(64)];
        using KvSequence found = cache.Find(other, 128);
        Assert.Equal(0, found.Length);
        using KvSequence twice = cache.Find([.. Tokens(64), .. Tokens(64)], 128);
        Assert.Equal(128, twice.Length);
        Assert.NotEqual(twice.Pages[0], twice.Pages[1]);
    }

    [Fact]
    public void Advance_TheSameTwice_KeepsOneCopy()
    {
        using var cache = Cache(8);
        using KvSequence first = cache.Create();
        using KvSequence second = cache.Create();
        first.Reserve(100);
        second.Reserve(100);
        Assert.Equal(4, cache.UsedPages);
        first.Advance(Tokens(100));
        second.Advance(Tokens(100));
        Assert.Equal(3, cache.UsedPages);
        Assert.Equal(first.Pages[0], second.Pages[0]);
        Assert.Null(cache.Check());
    }

    [Fact]
    public void Take_NoEmptyPages_LeastRecentlyUsedGoFirstAndFromTheirEnds()
    {
        using var cache = Cache(6);
        int[] old = [.. Enumerable.Repeat(1, 192)];
        int[] recent = [.. Enumerable.Repeat(2, 192)];
        Filled(cache, old).Dispose();
        Filled(cache, recent).Dispose();
        Assert.Equal(6, cache.CachedPages);
        using KvSequence other = Filled(cache, Tokens(128));
        Assert.Equal((64, 192), (Length(cache, old), Length(cache, recent)));
        cache.Find(old, 192).Dispose(); // used again: now the younger
        using KvSequence more = Filled(cache, [.. Enumerable.Repeat(3, 64)]);
        Assert.Equal((64, 128), (Length(cache, old), Length(cache, recent)));
        Assert.Null(cache.Check());
    }

    [Fact]
    public void Truncate_IntoAFindablePage_WritesToACopy()
    {
        using var cache = Cache(4);
        using KvSequence sequence = Filled(cache, Tokens(128));
        int page = sequence.Pages[1];
        sequence.Truncate(70);
        Assert.True(sequence.TryReserve(1));
        Assert.NotEqual(page, sequence.Pages[1]);
        Assert.Equal(128, Length(cache, Tokens(128)));
    }

    [Fact]
    public void Discard_NobodyFindsThePagesNorWhatFollows()
    {
        using var cache = Cache(8);
        KvSequence broken = Filled(cache, Tokens(128));
        using KvSequence follower = cache.Find(Tokens(64), 64);
        follower.Reserve(64);
        follower.Advance([.. Enumerable.Repeat(5, 64)]);
        broken.Discard();
        Assert.Equal(0, Length(cache, Tokens(128)));
        Assert.Equal(0, Length(cache, [.. Tokens(64), .. Enumerable.Repeat(5, 64)]));
        follower.Reserve(64);
        follower.Advance([.. Enumerable.Repeat(6, 64)]);
        Assert.Null(cache.Check());
        Assert.Equal(3, cache.UsedPages);
    }

    [Fact]
    public void Hash_AnotherFormat_DiffersAndTheChainIsPartOfIt()
    {
        var index = new PageIndex(Format, 4);
        var other = new PageIndex(Format with { Type = KvType.Float16 }, 4);
        Assert.NotEqual(index.Hash(null, Tokens(64)), other.Hash(null, Tokens(64)));
        Assert.NotEqual(index.Hash(null, Tokens(64)), index.Hash(index.Hash(null, Tokens(64)), Tokens(64)));
        Assert.Equal(index.Hash(null, Tokens(64)), new PageIndex(Format, 9).Hash(null, Tokens(64)));
    }

    [Fact]
    public void Check_BooksThatDoNotAgree_SaysSo()
    {
        using var cache = Cache(4);
        using KvSequence sequence = Filled(cache, Tokens(70));
        Assert.Null(cache.Check());
        cache.Allocator.Share(sequence.Pages[0]);
        Assert.Contains("owners", cache.Check(), StringComparison.Ordinal);
        cache.Allocator.Release(sequence.Pages[0]);
        cache.Living.Remove(sequence);
        Assert.NotNull(cache.Check());
    }

    private static PagedKvCache Cache(int pages) => new(new ScalarBackend(), Format, pages);

    private static int[] Tokens(int count) => [.. Enumerable.Range(1000, count)];

    private static int Length(PagedKvCache cache, int[] tokens)
    {
        using KvSequence found = cache.Find(tokens, tokens.Length);
        return found.Length;
    }

    private static KvSequence Filled(PagedKvCache cache, int[] tokens)
    {
        KvSequence sequence = cache.Create();
        sequence.Reserve(tokens.Length);
        sequence.Advance(tokens);
        return sequence;
    }
}
