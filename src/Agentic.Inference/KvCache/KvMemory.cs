namespace Agentic.Inference.KvCache;

/// <summary>How many pages a cache gets.</summary>
internal static class KvMemory
{
    /// <summary>Without an explicit size the pool takes at most this share of the memory the process may use.</summary>
    public const double DefaultShare = 0.25;

    /// <summary>Windows beyond this are not believed (a damaged file, "unlimited" written as 2³²−1) and get a pool of <see cref="FallbackWindow"/>.</summary>
    public const int MaxPlausibleWindow = 1 << 24;

    /// <summary>The window that a pool is sized for when the model's own says nothing.</summary>
    public const int FallbackWindow = 4096;

    /// <summary>
    /// Pages for a window. Without <paramref name="bytes"/>: two full windows (a conversation and its scratch, or a few shorter requests side
    /// by side), at most <see cref="DefaultShare"/> of the memory that the process may use; never less than one page.
    /// </summary>
    public static int Pages(KvPageFormat format, int window, long? bytes)
    {
        long believed = window > MaxPlausibleWindow ? FallbackWindow : window;
        long perWindow = (believed + KvPageFormat.PageTokens - 1) / KvPageFormat.PageTokens;
        long wanted = bytes is { } given
            ? given / format.PageBytes
            : Math.Min(2 * perWindow + 1, (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * DefaultShare) / format.PageBytes);
        return (int)Math.Clamp(wanted, 1, int.MaxValue / KvPageFormat.PageTokens);
    }
}
