using System.Runtime.InteropServices;
using System.Text;
using Agentic.Inference.Models;

namespace Agentic.Inference.KvCache;

/// <summary>
/// Full pages by hash chain: the hash of a page covers its tokens and the hash of the page before. What a hash finds is verified by token ids
/// and by the identity of the page before, so that a collision is a miss, never a wrong page.
/// </summary>
internal sealed class PageIndex
{
    private const int PageTokens = KvPageFormat.PageTokens;
    private readonly Dictionary<ulong, PageEntry> _byHash = [];
    private readonly PageEntry?[] _byPage;
    private readonly ulong _seed;

    public PageIndex(KvPageFormat format, int pages)
    {
        _seed = XxHash64.Compute(Encoding.UTF8.GetBytes(format.ToString()), 0);
        _byPage = new PageEntry?[pages];
    }

    /// <summary>Pages that can be found.</summary>
    public int Count => _byHash.Count;

    /// <summary>What a page is known to hold; null when it is not in the index.</summary>
    public PageEntry? Of(int page) => _byPage[page];

    /// <summary>Hash of a page with these tokens after a page with that hash; null = the first page of a sequence.</summary>
    public ulong Hash(ulong? parent, ReadOnlySpan<int> tokens) => XxHash64.Compute(MemoryMarshal.AsBytes(tokens), parent ?? _seed);

    /// <summary>The page that holds these tokens after that page; null when there is none.</summary>
    public PageEntry? Find(PageEntry? parent, ReadOnlySpan<int> tokens) =>
        _byHash.TryGetValue(Hash(parent?.Hash, tokens), out PageEntry? entry) && ReferenceEquals(entry.Parent, parent) && tokens.SequenceEqual(entry.Tokens)
            ? entry
            : null;

    /// <summary>Makes a full page findable.</summary>
    /// <returns>Its entry, or that of another page that holds the same already; null when its hash is taken by something else or its parent is not to be found any more.</returns>
    public PageEntry? Add(PageEntry? parent, ReadOnlySpan<int> tokens, int page)
    {
        if (parent is { IsAlive: false })
        {
            return null;
        }

        ulong hash = Hash(parent?.Hash, tokens);
        if (_byHash.TryGetValue(hash, out PageEntry? there))
        {
            return ReferenceEquals(there.Parent, parent) && tokens.SequenceEqual(there.Tokens) ? there : null;
        }

        var entry = new PageEntry(parent, tokens.ToArray(), hash, page);
        _byHash.Add(hash, entry);
        _byPage[page] = entry;
        return entry;
    }

    /// <summary>The page is not found any more. The caller has seen to it that no page that can be found follows it.</summary>
    public void Remove(PageEntry entry)
    {
        entry.IsAlive = false;
        _byHash.Remove(entry.Hash);
        _byPage[entry.Page] = null;
    }

    /// <summary>Removes an entry and all that follow it.</summary>
    /// <returns>The pages that were removed.</returns>
    public List<int> RemoveWithFollowers(PageEntry entry)
    {
        Remove(entry);
        List<int> pages = [entry.Page];
        foreach (PageEntry other in _byHash.Values.Where(other => Follows(other, entry)).ToList())
        {
            Remove(other);
            pages.Add(other.Page);
        }

        return pages;
    }

    private static bool Follows(PageEntry entry, PageEntry ancestor)
    {
        for (PageEntry? at = entry.Parent; at is not null; at = at.Parent)
        {
            if (ReferenceEquals(at, ancestor))
            {
                return true;
            }
        }

        return false;
    }
}
