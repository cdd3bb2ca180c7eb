using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>How the right-hand side of a small product lies in memory.</summary>
internal unsafe interface IStoredNumber
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Whether products read the cache itself, from memory, and should fetch ahead; else they read scratch.</summary>
    static abstract bool Streams { get; }

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

    public static bool Streams
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

    public static bool Streams
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
