namespace Agentic.Inference.KvCache;

/// <summary>
/// Which pages of a pool are owned, by how many, and which are not. Pages without an owner that can still be found by what they hold wait in
/// order of their last use; they go when there are no empty ones left.
/// </summary>
/// <remarks>
/// A sequence gives its pages back from the end, and takes found pages from the beginning: of two pages that wait, one that follows the other
/// has always been let go first and goes first. No page is ever findable behind one that is gone.
/// </remarks>
internal sealed class PageAllocator
{
    private const int None = -1;
    private readonly int[] _references;
    private readonly int[] _free;
    private readonly int[] _older;
    private readonly int[] _newer;
    private int _freeCount;
    private int _oldest = None;
    private int _newest = None;

    public PageAllocator(PageIndex index, int pages)
    {
        Index = index;
        _references = new int[pages];
        _older = new int[pages];
        _newer = new int[pages];
        _free = new int[pages];
        _freeCount = pages;
        for (int i = 0; i < pages; i++)
        {
            _free[i] = pages - 1 - i; // the lowest page is taken first
        }
    }

    public PageIndex Index { get; }

    public int Total => _references.Length;

    /// <summary>Pages from 0 on that were ever taken.</summary>
    public int Used { get; private set; }

    /// <summary>Pages without an owner.</summary>
    public int Free => _freeCount + Cached;

    /// <summary>Those of them that can be found.</summary>
    public int Cached { get; private set; }

    public int Owners(int page) => _references[page];

    /// <summary>Whether a write to the page would be seen by others: other owners, or whoever may find it.</summary>
    public bool IsShared(int page) => _references[page] > 1 || Index.Of(page) is not null;

    /// <summary>Takes an empty page, or else the one that was used least recently; the caller has checked that there is one.</summary>
    public int Take()
    {
        int page;
        if (_freeCount > 0)
        {
            page = _free[--_freeCount];
        }
        else if (_oldest != None)
        {
            page = _oldest;
            Unlink(page);
            Index.Remove(Index.Of(page)!);
        }
        else
        {
            throw new KvCacheFullException(1, 0, Total);
        }

        _references[page] = 1;
        Used = Math.Max(Used, page + 1);
        return page;
    }

    /// <summary>Adds an owner to a page that has one, or that was found.</summary>
    public void Share(int page)
    {
        if (_references[page]++ == 0)
        {
            Unlink(page);
        }
    }

    /// <summary>Gives up one owner.</summary>
    public void Release(int page)
    {
        if (--_references[page] > 0)
        {
            return;
        }

        if (Index.Of(page) is null)
        {
            _free[_freeCount++] = page;
            return;
        }

        _older[page] = _newest;
        _newer[page] = None;
        if (_newest == None)
        {
            _oldest = page;
        }
        else
        {
            _newer[_newest] = page;
        }

        _newest = page;
        Cached++;
    }

    /// <summary>Lets nobody find a page, nor what follows it.</summary>
    public void Forget(PageEntry entry)
    {
        foreach (int page in Index.RemoveWithFollowers(entry))
        {
            if (_references[page] == 0)
            {
                Unlink(page);
                _free[_freeCount++] = page;
            }
        }
    }

    /// <summary>What is wrong with the books, given what the living sequences own; null when every page is owned, waiting or empty.</summary>
    /// <param name="owners">Owners of each page, counted over the living sequences.</param>
    public string? Check(ReadOnlySpan<int> owners)
    {
        var state = new string?[Total];
        foreach (int page in _free.AsSpan(0, _freeCount))
        {
            if (state[page] is not null || _references[page] != 0 || Index.Of(page) is not null)
            {
                return $"Page {page} is on the list of empty pages wrongly.";
            }

            state[page] = "empty";
        }

        int cached = 0;
        for (int page = _oldest; page != None; page = _newer[page], cached++)
        {
            if (state[page] is not null || _references[page] != 0 || Index.Of(page) is not { IsAlive: true } entry)
            {
                return $"Page {page} is on the list of cached pages wrongly.";
            }

            if (entry.Parent is { } parent && (!parent.IsAlive || state[parent.Page] == "cached"))
            {
                return $"Page {page} is findable, but the page before it is not or goes first.";
            }

            state[page] = "cached";
        }

        if (cached != Cached)
        {
            return $"{Cached} pages are counted as cached, {cached} are.";
        }

        for (int page = 0; page < Total; page++)
        {
            if (_references[page] != owners[page] || (state[page] is null) != (owners[page] > 0))
            {
                return $"Page {page} has {_references[page]} owners by the books, {owners[page]} living ones, and is {state[page] ?? "neither empty nor cached"}.";
            }
        }

        return null;
    }

    private void Unlink(int page)
    {
        (int older, int newer) = (_older[page], _newer[page]);
        if (older == None)
        {
            _oldest = newer;
        }
        else
        {
            _newer[older] = newer;
        }

        if (newer == None)
        {
            _newest = older;
        }
        else
        {
            _older[newer] = older;
        }

        Cached--;
    }
}
