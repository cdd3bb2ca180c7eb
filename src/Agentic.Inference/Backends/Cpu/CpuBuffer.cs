namespace Agentic.Inference.Backends.Cpu;

/// <summary>A buffer in native memory; both element types have four bytes.</summary>
internal sealed unsafe class CpuBuffer : DeviceBuffer
{
    private readonly NativeBlock _memory;
    private readonly MemoryCount _count;
    private bool _disposed;

    public CpuBuffer(ElementType type, long length, MemoryCount count)
        : base(type, length)
    {
        // One vector beyond the end may be read by kernels, never written.
        _memory = new NativeBlock((length + 16) * 4);
        _count = count;
        _count.Add(_memory.Bytes);
    }

    public float* Floats => (float*)_memory.Pointer;

    public int* Ints => (int*)_memory.Pointer;

    protected override void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        _count.Add(-_memory.Bytes);
        if (disposing) _memory.Dispose();
    }
}
