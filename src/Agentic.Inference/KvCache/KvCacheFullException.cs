namespace Agentic.Inference.KvCache;

/// <summary>The pool has too few free pages for what a step wants to append. Nothing was changed: free pages (dispose or truncate sequences) and try again.</summary>
public sealed class KvCacheFullException : AgenticException
{
    /// <summary>Creates the error.</summary>
    /// <param name="neededPages">Pages that would have been taken.</param>
    /// <param name="freePages">Pages that were free.</param>
    /// <param name="totalPages">Pages of the pool.</param>
    public KvCacheFullException(int neededPages, int freePages, int totalPages)
        : base(
            $"The key-value cache is full: {neededPages} pages of {KvPageFormat.PageTokens} tokens are needed, {freePages} of {totalPages} are free.",
            "Give the model more memory for its cache, or serve fewer requests at once.")
    {
        NeededPages = neededPages;
        FreePages = freePages;
        TotalPages = totalPages;
    }

    /// <summary>Pages that would have been taken.</summary>
    public int NeededPages { get; }

    /// <summary>Pages that were free.</summary>
    public int FreePages { get; }

    /// <summary>Pages of the pool.</summary>
    public int TotalPages { get; }

    /// <inheritdoc/>
    public override string Code => "kv-cache-full";
}
