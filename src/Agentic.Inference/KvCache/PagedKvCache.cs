using Agentic.Inference.Backends;

namespace Agentic.Inference.KvCache;

/// <summary>
/// The pages in which a model keeps keys and values, and the sequences that own them. Pages hold 64 tokens, are counted by reference and
/// copied when a sequence is about to write to one that it shares (PagedAttention, Kwon et al. 2023). Full pages are found again by what they
/// hold (<see cref="KvSequence.TakeOver"/>), also those that nobody owns any more, until others need the room; least recently used ones go first.
/// </summary>
/// <remarks>Not thread-safe: used from the engine's thread only, as are its sequences.</remarks>
public sealed class PagedKvCache : IDisposable
{
    private readonly List<int> _copyFrom = [];
    private readonly List<int> _copyTo = [];
    private readonly PageWarmer? _warmer;

    /// <summary>Allocates the pool in the backend's memory.</summary>
    /// <param name="backend">Owner of the memory; must outlive the cache.</param>
    /// <param name="format">What a page holds.</param>
    /// <param name="pages">Number of pages, at least 1.</param>
    public PagedKvCache(IComputeBackend backend, KvPageFormat format, int pages)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(format);
        ArgumentOutOfRangeException.ThrowIfLessThan(pages, 1);
        Backend = backend;
        Pool = backend.CreateKvPool(format, pages);
        Allocator = new PageAllocator(new PageIndex(Pool.Format, pages), pages);
        _warmer = Pool.PagesAhead > 0 ? new PageWarmer(Pool) : null;
    }

    /// <summary>What a page holds.</summary>
    public KvPageFormat Format => Pool.Format;

    /// <summary>Pages in the pool.</summary>
    public int TotalPages => Allocator.Total;

    /// <summary>Pages that nobody owns: empty ones and <see cref="CachedPages"/>.</summary>
    public int FreePages => Allocator.Free;

    /// <summary>Pages that nobody owns, but that can still be found by what they hold.</summary>
    public int CachedPages => Allocator.Cached;

    /// <summary>Pages that some sequence owns; a shared page counts once.</summary>
    public int UsedPages => Allocator.Total - Allocator.Free;

    /// <summary>Tokens that the whole pool holds.</summary>
    public long TokenCapacity => (long)TotalPages * KvPageFormat.PageTokens;

    /// <summary>The pages in the backend's memory.</summary>
    public DeviceKvPool Pool { get; }

    internal IComputeBackend Backend { get; }

    internal PageAllocator Allocator { get; }

    /// <summary>Sequences that were started and not disposed.</summary>
    internal HashSet<KvSequence> Living { get; } = [];

    /// <summary>Starts an empty sequence; it takes no page until something is reserved.</summary>
    public KvSequence Create() => new(this);

    /// <summary>
    /// A sequence of the pages that hold the beginning of these tokens, as far as they are to be found. Keeping it pins them.
    /// </summary>
    /// <param name="tokens">The tokens wanted.</param>
    /// <param name="most">Most tokens to take over.</param>
    public KvSequence Find(ReadOnlySpan<int> tokens, int most)
    {
        KvSequence sequence = Create();
        sequence.TakeOver(tokens, most);
        return sequence;
    }

    /// <summary>Pages that hold the beginning of these tokens and have an owner: taking them over costs no free page.</summary>
    /// <param name="tokens">The tokens wanted.</param>
    /// <param name="most">Most tokens to take over.</param>
    internal int OwnedPages(ReadOnlySpan<int> tokens, int most)
    {
        int pages = 0;
        PageEntry? entry = null;
        for (int at = 0; at + KvPageFormat.PageTokens <= Math.Min(most, tokens.Length); at += KvPageFormat.PageTokens, pages++)
        {
            entry = Allocator.Index.Find(entry, tokens.Slice(at, KvPageFormat.PageTokens));
            if (entry is null || Allocator.Owners(entry.Page) == 0)
            {
                break; // pages behind one without owner have none either
            }
        }

        return pages;
    }

    /// <summary>How many tokens of the beginning of these are to be found: whole pages.</summary>
    internal int FindableTokens(ReadOnlySpan<int> tokens)
    {
        int at = 0;
        PageEntry? entry = null;
        while (at + KvPageFormat.PageTokens <= tokens.Length && Allocator.Index.Find(entry, tokens.Slice(at, KvPageFormat.PageTokens)) is { } next)
        {
            entry = next;
            at += KvPageFormat.PageTokens;
        }

        return at;
    }

    /// <summary>Checks the books: every page is empty, cached or owned by a living sequence, and counted as such.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    internal string? Check()
    {
        var owners = new int[TotalPages];
        foreach (KvSequence sequence in Living)
        {
            foreach (int page in sequence.Pages)
            {
                owners[page]++;
            }
        }

        return Allocator.Check(owners);
    }

    /// <summary>Frees the pool. Sequences must not be used any more.</summary>
    public void Dispose()
    {
        _warmer?.Dispose();
        Pool.Dispose();
    }

    /// <summary>
    /// Makes room for <c>counts[i]</c> more tokens in each of the sequences: takes pages, and copies open pages that are shared.
    /// All or nothing: when the pages do not suffice, nothing has changed.
    /// </summary>
    /// <returns>The number of pages missing; 0 when everything was reserved.</returns>
    internal int TryReserve(ReadOnlySpan<KvSequence> sequences, ReadOnlySpan<int> counts)
    {
        int needed = 0;
        for (int i = 0; i < sequences.Length; i++)
        {
            needed += sequences[i].PagesToTake(counts[i]) - (counts[i] > 0 && IsLastOnItsPage(sequences, counts, i) ? 1 : 0);
        }

        if (needed > FreePages)
        {
            return needed - FreePages;
        }

        for (int i = 0; i < sequences.Length; i++)
        {
            sequences[i].TakePages(counts[i], _copyFrom, _copyTo);
        }

        _warmer?.Used(Allocator.Used);

        if (_copyFrom.Count > 0)
        {
            try
            {
                Backend.CopyPages(Pool, _copyFrom, _copyTo);
            }
            finally
            {
                _copyFrom.Clear();
                _copyTo.Clear();
            }
        }

        return 0;
    }

    /// <summary>Whether all other owners of this sequence's open page come before it in the batch: they leave it with copies of their own, and it appends in place.</summary>
    private bool IsLastOnItsPage(ReadOnlySpan<KvSequence> sequences, ReadOnlySpan<int> counts, int which)
    {
        if (sequences[which].SharedOpenPage is not { } page || Allocator.Index.Of(page) is not null)
        {
            return false;
        }

        int leaving = 0;
        for (int i = 0; i < which; i++)
        {
            leaving += counts[i] > 0 && sequences[i].SharedOpenPage == page ? 1 : 0;
        }

        return leaving + 1 == Allocator.Owners(page);
    }
}
