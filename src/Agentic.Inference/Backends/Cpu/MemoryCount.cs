namespace Agentic.Inference.Backends.Cpu;

/// <summary>Bytes that a backend's objects hold.</summary>
internal sealed class MemoryCount
{
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public void Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
