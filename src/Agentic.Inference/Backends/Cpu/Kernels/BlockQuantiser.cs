using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary><see cref="KvNumbers.Quantise"/> with vectors: the same bits.</summary>
internal static unsafe class BlockQuantiser
{
    /// <summary>Codes of a block of at most 32 numbers; returns the scale, the bits of a half.</summary>
    public static ushort Quantise(float* x, int count, byte* codes) => BitConverter.HalfToUInt16Bits(
        count == KvNumbers.BlockSize ? Block(x, codes) : KvNumbers.Quantise(new ReadOnlySpan<float>(x, count), new Span<byte>(codes, count)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Half Block(float* x, byte* codes)
    {
        Vector256<float> x0 = Vector256.Load(x), x1 = Vector256.Load(x + 8), x2 = Vector256.Load(x + 16), x3 = Vector256.Load(x + 24);
        Vector256<float> eight = Vector256.Max(Vector256.Max(Vector256.Abs(x0), Vector256.Abs(x1)), Vector256.Max(Vector256.Abs(x2), Vector256.Abs(x3)));
        Vector128<float> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2)));
        Half scale = KvNumbers.Scale(four.ToScalar());
        float inverse = KvNumbers.Inverse(scale);
        if (inverse == 0)
        {
            Vector256<byte>.Zero.Store(codes);
            return scale;
        }

        Vector256.Narrow(Vector256.Narrow(Code(x0, inverse), Code(x1, inverse)), Vector256.Narrow(Code(x2, inverse), Code(x3, inverse))).Store((sbyte*)codes);
        return scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Code(Vector256<float> x, float inverse) => Vector256.ConvertToInt32Native(
        Vector256.Min(Vector256.Max(Vector256.Round(x * inverse), Vector256.Create((float)-KvNumbers.LargestCode)), Vector256.Create((float)KvNumbers.LargestCode)));
}
