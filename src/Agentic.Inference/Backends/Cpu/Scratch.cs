namespace Agentic.Inference.Backends.Cpu;

/// <summary>Native memory that only grows: nothing is allocated once sizes have settled. Contents are lost when it grows.</summary>
internal sealed unsafe class Scratch(MemoryCount count) : IDisposable
{
    private NativeBlock? _block;

    /// <summary>At least this many bytes, aligned to 64.</summary>
    public byte* Get(long bytes)
    {
        if (_block is null || _block.Bytes < bytes)
        {
            long old = _block?.Bytes ?? 0;
            _block?.Dispose();
            _block = new NativeBlock(bytes + bytes / 4);
            count.Add(_block.Bytes - old);
        }

        return _block.Pointer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_block is null) return;
        count.Add(-_block.Bytes);
        _block.Dispose();
        _block = null;
    }
}
