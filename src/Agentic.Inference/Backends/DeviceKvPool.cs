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

    /// <summary>
    /// Copies a page out, in a format that all backends share: [layer][KV head], each the keys of plane 0, of plane 1, … as [64 tokens][key], then
    /// the values as [64 tokens][value], without padding. A key or value is its numbers, little-endian IEEE singles or halves, or blocks of 32
    /// numbers (the last one shorter when the width is no multiple), each a half scale followed by the codes. Written to a pool of equal format
    /// with <see cref="WritePage"/>, of this backend or another, the page is the same bit for bit.
    /// </summary>
    /// <param name="page">The page; used between operations, from the backend's thread.</param>
    /// <param name="bytes">Receives <see cref="KvPageFormat.PageBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">The page does not exist, or the length is another.</exception>
    public void ReadPage(int page, Span<byte> bytes)
    {
        Check(page, bytes.Length);
        CopyOut(page, bytes);
    }

    /// <summary>Replaces a page by what <see cref="ReadPage"/> gave. Any bytes are taken; their numbers are not looked at.</summary>
    /// <param name="page">The page; used between operations, from the backend's thread.</param>
    /// <param name="bytes"><see cref="KvPageFormat.PageBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">The page does not exist, or the length is another.</exception>
    public void WritePage(int page, ReadOnlySpan<byte> bytes)
    {
        Check(page, bytes.Length);
        CopyIn(page, bytes);
    }

    /// <summary>Pages beyond the highest one in use whose memory should be touched before they are (<see cref="Touch"/>); 0 when that gains nothing.</summary>
    public virtual int PagesAhead => 0;

    /// <summary>Has the system back the memory of a layer of some pages. What they hold does not change.</summary>
    /// <remarks>From any thread, at any time before the pool is disposed, also while operations run.</remarks>
    public virtual void Touch(int layer, int firstPage, int pages)
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The copy of <see cref="ReadPage"/>; arguments are checked.</summary>
    protected abstract void CopyOut(int page, Span<byte> bytes);

    /// <summary>The copy of <see cref="WritePage"/>; arguments are checked.</summary>
    protected abstract void CopyIn(int page, ReadOnlySpan<byte> bytes);

    /// <summary>Frees the memory.</summary>
    protected abstract void Dispose(bool disposing);

    private void Check(int page, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(page);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(page, Pages);
        if (length != Format.PageBytes)
        {
            throw new ArgumentException($"A page has {Format.PageBytes} bytes, not {length}.", nameof(length));
        }
    }
}
