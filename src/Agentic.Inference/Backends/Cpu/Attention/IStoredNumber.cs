using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>How the right-hand side of a small product lies in memory.</summary>
internal unsafe interface IStoredNumber
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Whether such numbers are read where they are kept, and so worth asking for ahead of time.</summary>
    static abstract bool IsStored { get; }

    /// <summary>16 numbers.</summary>
    static abstract Vector512<float> Wide(byte* p);

    /// <summary>8 numbers.</summary>
    static abstract Vector256<float> Narrow(byte* p);
}

/// <summary>IEEE single.</summary>
internal readonly unsafe struct SingleNumber : IStoredNumber
{
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4;
    }

    public static bool IsStored
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Wide(byte* p) => Vector512.Load((float*)p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Narrow(byte* p) => Vector256.Load((float*)p);
}

/// <summary>IEEE half, read as 2^-112 of its value: the other operand carries the factor 2^112, so products are exact and equal to those of singles.</summary>
internal readonly unsafe struct HalfNumber : IStoredNumber
{
    /// <summary>What the other operand must be multiplied by.</summary>
    public const float Factor = 5.192296858534828e33f;

    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    public static bool IsStored
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Wide(byte* p) =>
        ((Vector512.WidenLower(Vector256.Load((short*)p).ToVector512Unsafe()) << 13) & Vector512.Create(unchecked((int)0x8FFFE000))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Narrow(byte* p) =>
        ((Vector256.WidenLower(Vector128.Load((short*)p).ToVector256Unsafe()) << 13) & Vector256.Create(unchecked((int)0x8FFFE000))).AsSingle();
}

/// <summary>A code of an 8-bit block, without its scale.</summary>
internal readonly unsafe struct CodeNumber : IStoredNumber
{
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    public static bool IsStored
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Wide(byte* p) => Vector512.ConvertToSingle(
        Avx512F.IsSupported ? Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)p)) : Vector512.Create(Widen(p), Widen(p + 8)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Narrow(byte* p) => Vector256.ConvertToSingle(Widen(p));

    /// <summary><paramref name="count"/> codes; a multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ToSingle(byte* source, float* target, int count)
    {
        if (Avx512F.IsSupported)
        {
            for (int i = 0; i < count; i += 16) Wide(source + i).Store(target + i);
            return;
        }

        for (int i = 0; i < count; i += 8) Narrow(source + i).Store(target + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(byte* p) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32((sbyte*)p)
        : Vector256.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)p).AsSByte()).ToVector256Unsafe());
}
