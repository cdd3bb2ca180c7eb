namespace Agentic.Inference.KvCache;

/// <summary>
/// The cached keys and values of one token sequence: its tokens and a page table. A page that is full can be found by others
/// (<see cref="TakeOver"/>). Disposing the sequence gives its pages back; what was full stays findable until the room is needed.
/// </summary>
/// <remarks>Not thread-safe. Lengths change only through <see cref="Models.LanguageModel.Run"/>, <see cref="TakeOver"/> and <see cref="Truncate"/>.</remarks>
public sealed class KvSequence : IDisposable
{
    private const int PageTokens = KvPageFormat.PageTokens;
    private readonly PagedKvCache _cache;
    private readonly List<PageEntry?> _entries = [];
    private int[] _tokens = [];
    private int[] _pages = [];
    private int _pageCount;
    private bool _disposed;

    internal KvSequence(PagedKvCache cache)
    {
        _cache = cache;
        cache.Living.Add(this);
    }

    /// <summary>Tokens in the cache: the position of the next one.</summary>
    public int Length { get; private set; }

    /// <summary>True once its pages were given back for good.</summary>
    internal bool IsDisposed => _disposed;

    /// <summary>The tokens in the cache.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Length);

    /// <summary>The page table: page p holds positions 64p..64p+63.</summary>
    public ReadOnlySpan<int> Pages => _pages.AsSpan(0, _pageCount);

    /// <summary>The cache that the pages belong to.</summary>
    public PagedKvCache Cache => _cache;

    /// <summary>The page table as the backend takes it; may be longer than what is in use.</summary>
    internal int[] PageTable => _pages;

    /// <summary>The full pages as others may find them; null for those that cannot be found.</summary>
    internal IReadOnlyList<PageEntry?> Entries => _entries;

    /// <summary>Whether the next token begins a page: only then can pages be taken over.</summary>
    internal bool IsAtPageEdge => Length % PageTokens == 0;

    /// <summary>Tokens that could be appended if all free pages of the pool went here.</summary>
    internal long Room => (_pageCount + (long)_cache.FreePages - (SharedOpenPage is null ? 0 : 1)) * PageTokens - Length;

    /// <summary>
    /// Takes over pages that hold what comes next, computed by whatever sequence of this cache, running or gone. Does nothing unless the
    /// sequence ends at a page's edge.
    /// </summary>
    /// <param name="tokens">The tokens wanted from position 0 on, beginning with those that the sequence holds.</param>
    /// <param name="most">Length up to which pages may be taken over.</param>
    /// <returns>Tokens taken over: a multiple of the page size.</returns>
    public int TakeOver(ReadOnlySpan<int> tokens, int most)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int before = Length;
        while (IsAtPageEdge && Length + PageTokens <= Math.Min(most, tokens.Length)
            && TryFindNext(tokens.Slice(Length, PageTokens)) is { } entry)
        {
            ReleaseFrom(_entries.Count);
            _cache.Allocator.Share(entry.Page);
            EnsureTable(_pageCount + 1);
            _pages[_pageCount++] = entry.Page;
            _entries.Add(entry);
            Append(entry.Tokens);
        }

        return Length - before;
    }

    /// <summary>Makes room for <paramref name="tokens"/> more tokens, if the pool can give the pages; otherwise nothing changes.</summary>
    /// <returns>False when the pool has too few free pages.</returns>
    public bool TryReserve(int tokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return _cache.TryReserve([this], [tokens]) == 0;
    }

    /// <summary>Makes room for <paramref name="tokens"/> more tokens.</summary>
    /// <exception cref="KvCacheFullException">The pool has too few free pages; nothing has changed.</exception>
    public void Reserve(int tokens)
    {
        if (!TryReserve(tokens))
        {
            throw new KvCacheFullException(PagesToTake(tokens), _cache.FreePages, _cache.TotalPages);
        }
    }

    /// <summary>A second sequence with the same contents. All pages are shared; the open page is copied when one of the two appends to it.</summary>
    public KvSequence Fork()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int used = PagesFor(Length);
        var fork = new KvSequence(_cache) { Length = Length, _tokens = Tokens.ToArray(), _pages = _pages[..used], _pageCount = used };
        fork._entries.AddRange(_entries);
        foreach (int page in fork.Pages)
        {
            _cache.Allocator.Share(page);
        }

        return fork;
    }

    /// <summary>Forgets everything from position <paramref name="length"/> on and gives back the pages that this frees, reserved ones too.</summary>
    public void Truncate(int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
        int full = length / PageTokens;
        _entries.RemoveRange(full, _entries.Count - full);
        ReleaseFrom(PagesFor(length));
    }

    /// <summary>Gives the pages back.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            ReleaseFrom(0);
            _entries.Clear();
            Length = 0;
            _cache.Living.Remove(this);
        }
    }

    /// <summary>Gives the pages back after something went wrong with their contents: nobody finds them, nor what was computed from them.</summary>
    internal void Discard()
    {
        foreach (PageEntry? entry in _entries)
        {
            if (entry is { IsAlive: true })
            {
                _cache.Allocator.Forget(entry);
            }
        }

        Dispose();
    }

    /// <summary>How many pages the pool must give before this many tokens can be appended.</summary>
    internal int PagesToTake(int tokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int missing = Math.Max(0, PagesFor((long)Length + tokens) - _pageCount);
        return missing + (tokens > 0 && SharedOpenPage is not null ? 1 : 0);
    }

    /// <summary>Takes the pages for this many tokens; page copies are added to the two lists.</summary>
    internal void TakePages(int tokens, List<int> copyFrom, List<int> copyTo)
    {
        if (tokens > 0 && SharedOpenPage is not null)
        {
            int open = Length / PageTokens;
            int own = _cache.Allocator.Take();
            copyFrom.Add(_pages[open]);
            copyTo.Add(own);
            _cache.Allocator.Release(_pages[open]);
            _pages[open] = own;
        }

        int needed = PagesFor(Length + tokens);
        EnsureTable(needed);
        while (_pageCount < needed)
        {
            _pages[_pageCount++] = _cache.Allocator.Take();
        }
    }

    /// <summary>Takes note of tokens whose keys and values a step has appended. Pages that this fills can be found from now on.</summary>
    internal void Advance(ReadOnlySpan<int> tokens)
    {
        Append(tokens);
        for (int page = _entries.Count; (page + 1) * PageTokens <= Length; page++)
        {
            PageEntry? parent = page == 0 ? null : _entries[page - 1];
            PageEntry? entry = page > 0 && parent is null ? null : _cache.Allocator.Index.Add(parent, _tokens.AsSpan(page * PageTokens, PageTokens), _pages[page]);
            if (entry is not null && entry.Page != _pages[page])
            {
                // Another sequence has computed the same: one copy is enough.
                _cache.Allocator.Share(entry.Page);
                _cache.Allocator.Release(_pages[page]);
                _pages[page] = entry.Page;
            }

            _entries.Add(entry);
        }
    }

    /// <summary>Appends tokens that the last step tried behind this sequence's own, and gives back the pages that the others took.</summary>
    /// <param name="tried">The first of those tried; none when all were in vain.</param>
    internal void Keep(ReadOnlySpan<int> tried)
    {
        Advance(tried);
        ReleaseFrom(PagesFor(Length));
    }

    /// <summary>Hash of the page that comes next, of a sequence at a page's edge; null when it could not be found by others.</summary>
    /// <param name="tokens">All tokens from position 0 on, those of the whole page at least.</param>
    internal ulong? NextHash(ReadOnlySpan<int> tokens)
    {
        foreach (ulong hash in HashesOf(tokens, 1))
        {
            return hash;
        }

        return null;
    }

    /// <summary>Hashes of the pages that the next rows go to, as far as the tokens fill whole pages.</summary>
    /// <param name="tokens">All tokens from position 0 on, beyond the rows if they are known.</param>
    /// <param name="count">Rows.</param>
    internal List<ulong> HashesOf(ReadOnlySpan<int> tokens, int count)
    {
        var hashes = new List<ulong>();
        if (_entries.Count > 0 && _entries[^1] is not { IsAlive: true })
        {
            return hashes;
        }

        ulong? parent = _entries.Count == 0 ? null : _entries[^1]!.Hash;
        for (int page = Length / PageTokens; page * PageTokens < Length + count && (page + 1) * PageTokens <= tokens.Length; page++)
        {
            parent = _cache.Allocator.Index.Hash(parent, tokens.Slice(page * PageTokens, PageTokens));
            hashes.Add(parent.Value);
        }

        return hashes;
    }

    /// <summary>The page that the next token goes to, when others own or may find it; else null.</summary>
    internal int? SharedOpenPage =>
        !IsAtPageEdge && _cache.Allocator.IsShared(_pages[Length / PageTokens]) ? _pages[Length / PageTokens] : null;

    private static int PagesFor(long tokens) => (int)((tokens + PageTokens - 1) / PageTokens);

    private PageEntry? TryFindNext(ReadOnlySpan<int> tokens)
    {
        PageEntry? parent = _entries.Count == 0 ? null : _entries[^1];
        return _entries.Count > 0 && parent is not { IsAlive: true } ? null : _cache.Allocator.Index.Find(parent, tokens);
    }

    private void Append(ReadOnlySpan<int> tokens)
    {
        if (Length + tokens.Length > _tokens.Length)
        {
            Array.Resize(ref _tokens, Math.Max(Length + tokens.Length, 2 * _tokens.Length));
        }

        tokens.CopyTo(_tokens.AsSpan(Length));
        Length += tokens.Length;
    }

    private void EnsureTable(int pages)
    {
        if (pages > _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(pages, Math.Min(2 * _pages.Length, _cache.TotalPages)));
        }
    }

    private void ReleaseFrom(int page)
    {
        while (_pageCount > page)
        {
            _cache.Allocator.Release(_pages[--_pageCount]);
        }
    }
}
