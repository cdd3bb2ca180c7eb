using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>IEEE half to and from single without the F16C instructions, which .NET does not offer.</summary>
internal static unsafe class HalfConverter
{
    /// <summary>2^112: moves the exponent of a widened half to that of a single; a multiplication also sets subnormals right.</summary>
    private const float Lift = 5.192296858534828e33f;

    /// <summary>2^112 and 2^-110: together they shift a number by two bits without losing it.</summary>
    private const float Raise = Lift, Lower = 7.70371977754894e-34f;

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

    /// <summary>
    /// Rounds to nearest, ties to even; beyond the range becomes the largest half, so that a cache never holds infinities. The addition of a
    /// power of two 13 bits above the number's own makes the processor round where a half ends.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> FromSingle(Vector256<float> value)
    {
        Vector256<uint> bits = value.AsUInt32();
        Vector256<float> size = Vector256.Min(Vector256.Abs(value), Vector256.Create(Largest));
        Vector256<uint> bias = Vector256.Max((size.AsUInt32() << 1) & Vector256.Create(0xFF000000u), Vector256.Create(0x71000000u));
        Vector256<uint> rounded = ((bias >>> 1) + Vector256.Create(0x07800000u)).AsSingle().AddTo(size * Vector256.Create(Raise) * Vector256.Create(Lower));
        Vector256<uint> half = ((rounded >>> 13) & Vector256.Create(0x7C00u)) + (rounded & Vector256.Create(0x0FFFu));
        half = Vector256.ConditionalSelect(Vector256.Equals(value, value).AsUInt32(), half, Vector256.Create(0x7E00u));
        return half | ((bits >>> 16) & Vector256.Create(0x8000u));
    }

    /// <summary><paramref name="count"/> numbers, any count.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromSingle(float* source, ushort* target, int count)
    {
        int i = 0;
        for (; i <= count - 16; i += 16)
            Vector256.Narrow(FromSingle(Vector256.Load(source + i)), FromSingle(Vector256.Load(source + i + 8))).Store(target + i);
        float* rest = stackalloc float[8];
        for (; i < count; i += 8)
        {
            int left = Math.Min(8, count - i);
            for (int j = 0; j < 8; j++) rest[j] = j < left ? source[i + j] : 0;
            Vector256<uint> halves = FromSingle(Vector256.Load(rest));
            for (int j = 0; j < left; j++) target[i + j] = (ushort)halves[j];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> AddTo(this Vector256<float> a, Vector256<float> b) => (a + b).AsUInt32();
}
