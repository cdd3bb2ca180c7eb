using Agentic.Inference.KvCache;
using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Engine;

/// <summary>What jobs share: the cache, and the prefixes kept in it.</summary>
internal sealed class EngineContext(LanguageModel model, int keptPrefixes)
{
    public LanguageModel Model { get; } = model;

    public PagedKvCache Cache => Model.Cache;

    public PrefixStore Prefixes { get; } = new(keptPrefixes);

    /// <summary>Makes kept prefixes go until this many pages are free.</summary>
    public bool TryFree(int pages)
    {
        while (Cache.FreePages < pages)
        {
            if (!Prefixes.DropOldest())
            {
                return false;
            }
        }

        return true;
    }

    public static int PagesFor(int tokens) => (tokens + KvPageFormat.PageTokens - 1) / KvPageFormat.PageTokens;
}
