namespace Agentic.Inference.KvCache;

/// <summary>Which pages of a pool are free, and how many owners the others have.</summary>
internal sealed class PageAllocator
{
    private readonly int[] _references;
    private readonly int[] _free;
    private int _freeCount;

    public PageAllocator(int pages)
    {
        _references = new int[pages];
        _free = new int[pages];
        _freeCount = pages;
        for (int i = 0; i < pages; i++)
        {
            _free[i] = pages - 1 - i; // the lowest page is taken first
        }
    }

    public int Total => _references.Length;

    public int Free => _freeCount;

    public int Owners(int page) => _references[page];

    public bool IsShared(int page) => _references[page] > 1;

    /// <summary>Takes a free page; the caller has checked that there is one.</summary>
    public int Take()
    {
        if (_freeCount == 0)
        {
            throw new KvCacheFullException(1, 0, Total);
        }

        int page = _free[--_freeCount];
        _references[page] = 1;
        return page;
    }

    public void Share(int page) => _references[page]++;

    /// <summary>Gives up one owner; the page is free when it was the last.</summary>
    public void Release(int page)
    {
        if (--_references[page] == 0)
        {
            _free[_freeCount++] = page;
        }
    }
}
