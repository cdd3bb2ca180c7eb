using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Scalar;

/// <summary>Pages as arrays of bytes in the exchange format (see <see cref="DeviceKvPool"/>), allocated when first touched.</summary>
internal sealed class ScalarKvPool : DeviceKvPool
{
    private readonly ScalarBackend _owner;
    private readonly byte[]?[] _pages;
    private bool _disposed;

    public ScalarKvPool(ScalarBackend owner, KvPageFormat format, int pages)
        : base(format, pages)
    {
        _owner = owner;
        _pages = new byte[pages][];
        owner.Resident += format.PageBytes * pages;
    }

    /// <summary>Stores a key of one head.</summary>
    public void StoreKey(int layer, int page, int head, int plane, int token, ReadOnlySpan<float> key) =>
        KvNumbers.Encode(Format.Type, key, Key(layer, page, head, plane, token));

    /// <summary>Stores a value of one head.</summary>
    public void StoreValue(int layer, int page, int head, int token, ReadOnlySpan<float> value) =>
        KvNumbers.Encode(Format.Type, value, Value(layer, page, head, token));

    /// <summary>Reads a key of one head.</summary>
    public void LoadKey(int layer, int page, int head, int plane, int token, Span<float> key) =>
        KvNumbers.Decode(Format.Type, Key(layer, page, head, plane, token), key);

    /// <summary>Reads a value of one head.</summary>
    public void LoadValue(int layer, int page, int head, int token, Span<float> value) =>
        KvNumbers.Decode(Format.Type, Value(layer, page, head, token), value);

    /// <summary>The bytes of a page.</summary>
    public Span<byte> Page(int page) => _pages[page] ??= new byte[Format.PageBytes];

    protected override void CopyOut(int page, Span<byte> bytes) => Page(page).CopyTo(bytes);

    protected override void CopyIn(int page, ReadOnlySpan<byte> bytes) => bytes.CopyTo(Page(page));

    protected override void Dispose(bool disposing)
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _owner.Resident -= Format.PageBytes * Pages;
        Array.Clear(_pages);
    }

    private Span<byte> Key(int layer, int page, int head, int plane, int token) =>
        Page(page).Slice(KvPageLayout.KeyAt(Format, layer, head, plane, token), Format.KeyBytes);

    private Span<byte> Value(int layer, int page, int head, int token) =>
        Page(page).Slice(KvPageLayout.ValueAt(Format, layer, head, token), Format.ValueBytes);
}
