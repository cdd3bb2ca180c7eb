namespace Agentic.Inference.KvCache;

/// <summary>A full page that can be found by what it holds: its own tokens after those of its parents.</summary>
internal sealed class PageEntry(PageEntry? parent, int[] tokens, ulong hash, int page)
{
    /// <summary>The page before; null for the first of a sequence. Part of the identity: compared by reference.</summary>
    public PageEntry? Parent => parent;

    /// <summary>The tokens of this page.</summary>
    public int[] Tokens => tokens;

    /// <summary>Hash of page format, the parents' tokens and these: the same in every process.</summary>
    public ulong Hash => hash;

    /// <summary>The page that holds their keys and values.</summary>
    public int Page => page;

    /// <summary>False once the page has been given to others or its contents were found to be wrong.</summary>
    public bool IsAlive { get; set; } = true;
}
