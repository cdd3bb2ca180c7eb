using System.Runtime.InteropServices;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>Zeroed native memory, aligned for vectors; large blocks ask the system for huge pages, which spares address translation when weights are streamed.</summary>
internal sealed unsafe partial class NativeBlock : IDisposable
{
    /// <summary>Bytes of a huge page.</summary>
    public const long HugePage = 2 << 20;

    private const int SmallPage = 4096;
    private const int AdviseHugePage = 14;
    private void* _allocation;

    /// <summary>Allocates; pages that are never touched cost nothing.</summary>
    public NativeBlock(long bytes)
    {
        Bytes = Math.Max(bytes, 64);
        long alignment = Bytes >= HugePage ? HugePage : 64;
        _allocation = NativeMemory.AllocZeroed((nuint)(Bytes + alignment));
        Pointer = (byte*)(((nint)_allocation + (nint)alignment - 1) & ~((nint)alignment - 1));
        if (alignment == HugePage && OperatingSystem.IsLinux()) Advise(Pointer, Bytes);
    }

    /// <summary>First byte.</summary>
    public byte* Pointer { get; private set; }

    /// <summary>Usable length.</summary>
    public long Bytes { get; }

    /// <summary>Writes to every page of a range what it holds: the system backs it from then on. Others may read and write it meanwhile.</summary>
    public void Touch(long offset, long bytes)
    {
        for (long at = offset & ~3L; at < Math.Min(Bytes & ~3L, offset + bytes); at += SmallPage)
        {
            Interlocked.Or(ref *(int*)(Pointer + at), 0); // atomic: no write of others is lost
        }
    }

    ~NativeBlock() => Free();

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_allocation);
        _allocation = null;
        Pointer = null;
    }

    private static void Advise(byte* address, long bytes)
    {
        try
        {
            _ = MemoryAdvise(address, (nuint)(bytes & ~(HugePage - 1)), AdviseHugePage);
        }
        catch (EntryPointNotFoundException)
        {
            // Advice only: without it everything works, a little slower.
        }
        catch (DllNotFoundException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
