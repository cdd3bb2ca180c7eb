using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>IEEE half to and from single without the F16C instructions, which .NET does not offer.</summary>
internal static unsafe class HalfConverter
{
    /// <summary>2^112: moves the exponent of a widened half to that of a single; a multiplication also sets subnormals right.</summary>
    private const float Lift = 5.192296858534828e33f;

    /// <summary>The largest half.</summary>
    private const float Largest = 65504;

    /// <summary>Exact for finite numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector256<ushort> half)
    {
        Vector512<int> wide = Vector512.WidenLower(half.ToVector512Unsafe().AsInt16()) << 13;
        return (wide & Vector512.Create(unchecked((int)0x8FFFE000))).AsSingle() * Vector512.Create(Lift);
    }

    /// <summary>Exact for finite numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector128<ushort> half)
    {
        Vector256<int> wide = Vector256.WidenLower(half.ToVector256Unsafe().AsInt16()) << 13;
        return (wide & Vector256.Create(unchecked((int)0x8FFFE000))).AsSingle() * Vector256.Create(Lift);
    }

    /// <summary><paramref name="count"/> numbers; a multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToSingle(ushort* source, float* target, int count)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            for (int i = 0; i < count; i += 16) ToSingle(Vector256.Load(source + i)).Store(target + i);
            return;
        }

        for (int i = 0; i < count; i += 8) ToSingle(Vector128.Load(source + i)).Store(target + i);
    }

    /// <summary>Rounds to nearest, ties to even; beyond the range becomes the largest half, so that a cache never holds infinities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort FromSingle(float value)
    {
        return BitConverter.HalfToUInt16Bits((Half)Math.Clamp(value, -Largest, Largest));
    }
}
