namespace Agentic.Inference.KvCache;

/// <summary>The cached keys and values of one token sequence: a length and a page table. Disposing it gives its pages back.</summary>
/// <remarks>Not thread-safe. Lengths change only through <see cref="Models.LanguageModel.Run"/> and <see cref="Truncate"/>.</remarks>
public sealed class KvSequence : IDisposable
{
    private const int PageTokens = KvPageFormat.PageTokens;
    private readonly PagedKvCache _cache;
    private int[] _pages = [];
    private int _pageCount;
    private bool _disposed;

    internal KvSequence(PagedKvCache cache) => _cache = cache;

    /// <summary>Tokens in the cache: the position of the next one.</summary>
    public int Length { get; private set; }

    /// <summary>The page table: page p holds positions 64p..64p+63.</summary>
    public ReadOnlySpan<int> Pages => _pages.AsSpan(0, _pageCount);

    /// <summary>The cache that the pages belong to.</summary>
    public PagedKvCache Cache => _cache;

    /// <summary>The page table as the backend takes it; may be longer than what is in use.</summary>
    internal int[] PageTable => _pages;

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
        var fork = new KvSequence(_cache) { Length = Length, _pages = _pages[..used], _pageCount = used };
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
        ReleaseFrom(PagesFor(length));
    }

    /// <summary>Gives the pages back.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            ReleaseFrom(0);
            Length = 0;
        }
    }

    /// <summary>How many pages the pool must give before this many tokens can be appended.</summary>
    internal int PagesToTake(int tokens)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int missing = Math.Max(0, PagesFor((long)Length + tokens) - _pageCount);
        return missing + (tokens > 0 && OpenPageIsShared ? 1 : 0);
    }

    /// <summary>Takes the pages for this many tokens; page copies are added to the two lists.</summary>
    internal void TakePages(int tokens, List<int> copyFrom, List<int> copyTo)
    {
        if (tokens > 0 && OpenPageIsShared)
        {
            int open = Length / PageTokens;
            int own = _cache.Allocator.Take();
            copyFrom.Add(_pages[open]);
            copyTo.Add(own);
            _cache.Allocator.Release(_pages[open]);
            _pages[open] = own;
        }

        int needed = PagesFor(Length + tokens);
        if (needed > _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(needed, Math.Min(2 * _pages.Length, _cache.TotalPages)));
        }

        while (_pageCount < needed)
        {
            _pages[_pageCount++] = _cache.Allocator.Take();
        }
    }

    /// <summary>Counts tokens whose keys and values a step has appended.</summary>
    internal void Advance(int tokens) => Length += tokens;

    /// <summary>The page that the next token goes to, when others own it too; else null.</summary>
    internal int? SharedOpenPage =>
        Length % PageTokens != 0 && _cache.Allocator.IsShared(_pages[Length / PageTokens]) ? _pages[Length / PageTokens] : null;

    private bool OpenPageIsShared => SharedOpenPage is not null;

    private static int PagesFor(long tokens) => (int)((tokens + PageTokens - 1) / PageTokens);

    private void ReleaseFrom(int page)
    {
        while (_pageCount > page)
        {
            _cache.Allocator.Release(_pages[--_pageCount]);
        }
    }
}
