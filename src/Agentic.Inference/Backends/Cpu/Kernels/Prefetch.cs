using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>Asks for memory that will be read soon; any address will do, nothing is faulted in.</summary>
internal static unsafe class Prefetch
{
    /// <summary>The cache line of an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(byte* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }

    /// <summary>All lines of a range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Range(byte* first, long bytes)
    {
        if (!Sse.IsSupported) return;
        for (byte* end = first + bytes; first < end; first += 64) Sse.Prefetch0(first);
    }
}
