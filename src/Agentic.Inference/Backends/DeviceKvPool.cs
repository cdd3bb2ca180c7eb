using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends;

/// <summary>The pages of a KV cache in a backend's memory. The layout inside a page is the backend's own.</summary>
public abstract class DeviceKvPool : IDisposable
{
    /// <summary>Creates the description of a pool.</summary>
    protected DeviceKvPool(KvPageFormat format, int pages)
    {
        Format = format;
        Pages = pages;
    }

    /// <summary>What a page holds.</summary>
    public KvPageFormat Format { get; }

    /// <summary>Number of pages.</summary>
    public int Pages { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);
}
