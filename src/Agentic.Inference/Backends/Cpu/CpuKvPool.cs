using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>
/// KV pages as attention reads them: per layer, page and head the keys of each plane as [dim][64 tokens] (scores of 64 keys are vertical sums) and
/// the values as [64 tokens][dim], value rows padded to 16. With 8-bit blocks these are codes, and the scales follow as [block][64 tokens].
/// </summary>
internal sealed unsafe class CpuKvPool : DeviceKvPool
{
    /// <summary>Bytes of the smallest pool that is touched ahead.</summary>
    private const long LeastWarmed = 64 << 20;

    private readonly NativeBlock _memory;
    private readonly MemoryCount _count;
    private bool _disposed;

    public CpuKvPool(KvPageFormat format, int pages, MemoryCount count)
        : base(format, pages)
    {
        ValueWidth = (format.ValueDim + 15) & ~15;
        KeyBytes = (long)KvPageFormat.PageTokens * KvNumbers.Bytes(format.Type, format.KeyDim);
        HeadBytes = format.KeyPlanes * KeyBytes + (long)KvPageFormat.PageTokens * KvNumbers.Bytes(format.Type, ValueWidth);
        PageLayerBytes = HeadBytes * format.KvHeads;
        _memory = new NativeBlock(PageLayerBytes * format.Layers * pages);
        _count = count;
        _count.Add(_memory.Bytes);
    }

    /// <summary>Stored width of a value row.</summary>
    public int ValueWidth { get; }

    /// <summary>Bytes of one plane of keys of a head in a page.</summary>
    public long KeyBytes { get; }

    /// <summary>Bytes of a head in a page: key planes, then values.</summary>
    public long HeadBytes { get; }

    /// <summary>Bytes of one layer of a page.</summary>
    public long PageLayerBytes { get; }

    public byte* Keys(int layer, int page, int head, int plane) => Head(layer, page, head) + plane * KeyBytes;

    public byte* Values(int layer, int page, int head) => Head(layer, page, head) + Format.KeyPlanes * KeyBytes;

    private byte* Head(int layer, int page, int head) =>
        _memory.Pointer + ((long)layer * Pages + page) * PageLayerBytes + head * HeadBytes;

    /// <summary>So many that every layer's next huge page is touched; none for pools so small that it does not matter.</summary>
    public override int PagesAhead => _memory.Bytes < LeastWarmed ? 0 : (int)Math.Min(Pages, NativeBlock.HugePage / PageLayerBytes + 1);

    public override void Touch(int layer, int firstPage, int pages) =>
        _memory.Touch(((long)layer * Pages + firstPage) * PageLayerBytes, pages * PageLayerBytes);

    protected override void CopyOut(int page, Span<byte> bytes)
    {
        fixed (byte* target = bytes) PageExchange.Copy(this, page, target, toPool: false);
    }

    protected override void CopyIn(int page, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* source = bytes) PageExchange.Copy(this, page, source, toPool: true);
    }

    protected override void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        _count.Add(-_memory.Bytes);
        if (disposing) _memory.Dispose();
    }
}
