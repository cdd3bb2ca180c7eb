using System.Globalization;

namespace Agentic.Inference.KvCache;

/// <summary>How many pages a cache gets.</summary>
internal static class KvMemory
{
    /// <summary>Without an explicit size the pool takes at most this share of the memory that is available when the model is loaded.</summary>
    public const double DefaultShare = 0.25;

    /// <summary>Tokens of a usual request of an orchestrator: instructions, a document chunk and the reply.</summary>
    public const int RequestTokens = 2560;

    /// <summary>Tokens that the pool is sized for at least, whatever the window: sixteen usual requests.</summary>
    public const int ConcurrentTokens = 16 * RequestTokens;

    /// <summary>Windows beyond this are not believed (a damaged file, "unlimited" written as 2³²−1) and get a pool of <see cref="FallbackWindow"/>.</summary>
    public const int MaxPlausibleWindow = 1 << 24;

    /// <summary>The window that a pool is sized for when the model's own says nothing.</summary>
    public const int FallbackWindow = 4096;

    /// <summary>
    /// Pages for a window. Without <paramref name="bytes"/>: two full windows (a conversation and its scratch) or <see cref="ConcurrentTokens"/>,
    /// whichever is more, at most <see cref="DefaultShare"/> of the memory available now; never less than one page. Pages that are not
    /// used take address space only, but for a short stretch (<see cref="PageWarmer"/>).
    /// </summary>
    public static int Pages(KvPageFormat format, int window, long? bytes)
    {
        long believed = window > MaxPlausibleWindow ? FallbackWindow : window;
        long perWindow = (believed + KvPageFormat.PageTokens - 1) / KvPageFormat.PageTokens;
        long wanted = bytes is { } given
            ? given / format.PageBytes
            : Math.Min(Math.Max(2 * perWindow + 1, ConcurrentTokens / KvPageFormat.PageTokens), (long)(AvailableBytes() * DefaultShare) / format.PageBytes);
        return (int)Math.Clamp(wanted, 1, int.MaxValue / KvPageFormat.PageTokens);
    }

    /// <summary>Memory that can be had without swapping: what the process may use, less what is in use on the machine.</summary>
    private static long AvailableBytes()
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo(GCKind.Any);
        long limit = memory.TotalAvailableMemoryBytes;
        return OperatingSystem.IsLinux() && FreeOnLinux() is { } free ? Math.Min(limit, free) : Math.Max(0, limit - memory.MemoryLoadBytes);
    }

    private static long? FreeOnLinux()
    {
        const string Field = "MemAvailable:";
        try
        {
            string? line = File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
            return line is not null && long.TryParse(line.AsSpan(Field.Length).TrimStart().ToString().Split(' ')[0], CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes * 1024 : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
