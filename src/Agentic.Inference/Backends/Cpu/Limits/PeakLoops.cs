using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Agentic.Inference.Backends.Cpu.Limits;

/// <summary>Loops that do nothing but what is measured. The compute loops keep twelve sums, which hide the latency of every instruction.</summary>
internal static unsafe class PeakLoops
{
    private const int Iterations = 1_000_000;

    /// <summary>Kept so that no result is dead.</summary>
    private static int _sink = 1;

    /// <summary>Loops of 8-bit products, added up in registers, that this processor can run; each returns its multiply-adds.</summary>
    public static IEnumerable<(string Instructions, Func<long> Run)> Int8
    {
        get
        {
            if (Avx512BW.IsSupported) yield return ("vpmaddubsw + vpaddw, 512 bits", Pairs512);
            if (AvxVnni.IsSupported) yield return ("vpdpbusd, 256 bits", Dots256);
            if (Avx2.IsSupported) yield return ("vpmaddubsw + vpaddw, 256 bits", Pairs256);
            else yield return ("32-bit vectors of the platform", Portable);
        }
    }

    /// <summary>Single-precision multiply-adds of the widest vectors.</summary>
    public static Func<long> Float => Avx512F.IsSupported ? Floats512 : Floats256;

    /// <summary>Reads memory once, in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(byte* data, long bytes)
    {
        Vector512<int> a = default, b = default, c = default, d = default;
        for (byte* p = data; p < data + bytes; p += 256)
        {
            a ^= Vector512.Load((int*)p);
            b ^= Vector512.Load((int*)(p + 64));
            c ^= Vector512.Load((int*)(p + 128));
            d ^= Vector512.Load((int*)(p + 192));
        }

        _sink = Vector512.Sum(a ^ b ^ c ^ d) | 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Pairs512()
    {
        Vector512<byte> x = Vector512.Create((byte)_sink);
        Vector512<short> s0 = Vector512.Create((short)(_sink + 0)), s1 = Vector512.Create((short)(_sink + 1)), s2 = Vector512.Create((short)(_sink + 2)), s3 = Vector512.Create((short)(_sink + 3)), s4 = Vector512.Create((short)(_sink + 4)), s5 = Vector512.Create((short)(_sink + 5)), s6 = Vector512.Create((short)(_sink + 6)), s7 = Vector512.Create((short)(_sink + 7)), s8 = Vector512.Create((short)(_sink + 8)), s9 = Vector512.Create((short)(_sink + 9)), s10 = Vector512.Create((short)(_sink + 10)), s11 = Vector512.Create((short)(_sink + 11));
        for (int i = 0; i < Iterations; i++)
        {
            s0 += Avx512BW.MultiplyAddAdjacent(x, s0.AsSByte());
            s1 += Avx512BW.MultiplyAddAdjacent(x, s1.AsSByte());
            s2 += Avx512BW.MultiplyAddAdjacent(x, s2.AsSByte());
            s3 += Avx512BW.MultiplyAddAdjacent(x, s3.AsSByte());
            s4 += Avx512BW.MultiplyAddAdjacent(x, s4.AsSByte());
            s5 += Avx512BW.MultiplyAddAdjacent(x, s5.AsSByte());
            s6 += Avx512BW.MultiplyAddAdjacent(x, s6.AsSByte());
            s7 += Avx512BW.MultiplyAddAdjacent(x, s7.AsSByte());
            s8 += Avx512BW.MultiplyAddAdjacent(x, s8.AsSByte());
            s9 += Avx512BW.MultiplyAddAdjacent(x, s9.AsSByte());
            s10 += Avx512BW.MultiplyAddAdjacent(x, s10.AsSByte());
            s11 += Avx512BW.MultiplyAddAdjacent(x, s11.AsSByte());
        }

        _sink = (int)Vector512.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
        return 12L * 64 * Iterations;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Pairs256()
    {
        Vector256<byte> x = Vector256.Create((byte)_sink);
        Vector256<short> s0 = Vector256.Create((short)(_sink + 0)), s1 = Vector256.Create((short)(_sink + 1)), s2 = Vector256.Create((short)(_sink + 2)), s3 = Vector256.Create((short)(_sink + 3)), s4 = Vector256.Create((short)(_sink + 4)), s5 = Vector256.Create((short)(_sink + 5)), s6 = Vector256.Create((short)(_sink + 6)), s7 = Vector256.Create((short)(_sink + 7)), s8 = Vector256.Create((short)(_sink + 8)), s9 = Vector256.Create((short)(_sink + 9)), s10 = Vector256.Create((short)(_sink + 10)), s11 = Vector256.Create((short)(_sink + 11));
        for (int i = 0; i < Iterations; i++)
        {
            s0 += Avx2.MultiplyAddAdjacent(x, s0.AsSByte());
            s1 += Avx2.MultiplyAddAdjacent(x, s1.AsSByte());
            s2 += Avx2.MultiplyAddAdjacent(x, s2.AsSByte());
            s3 += Avx2.MultiplyAddAdjacent(x, s3.AsSByte());
            s4 += Avx2.MultiplyAddAdjacent(x, s4.AsSByte());
            s5 += Avx2.MultiplyAddAdjacent(x, s5.AsSByte());
            s6 += Avx2.MultiplyAddAdjacent(x, s6.AsSByte());
            s7 += Avx2.MultiplyAddAdjacent(x, s7.AsSByte());
            s8 += Avx2.MultiplyAddAdjacent(x, s8.AsSByte());
            s9 += Avx2.MultiplyAddAdjacent(x, s9.AsSByte());
            s10 += Avx2.MultiplyAddAdjacent(x, s10.AsSByte());
            s11 += Avx2.MultiplyAddAdjacent(x, s11.AsSByte());
        }

        _sink = (int)Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
        return 12L * 32 * Iterations;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Dots256()
    {
        Vector256<byte> x = Vector256.Create((byte)_sink);
        Vector256<sbyte> y = Vector256.Create((sbyte)_sink);
        Vector256<int> s0 = Vector256.Create(_sink + 0), s1 = Vector256.Create(_sink + 1), s2 = Vector256.Create(_sink + 2), s3 = Vector256.Create(_sink + 3), s4 = Vector256.Create(_sink + 4), s5 = Vector256.Create(_sink + 5), s6 = Vector256.Create(_sink + 6), s7 = Vector256.Create(_sink + 7), s8 = Vector256.Create(_sink + 8), s9 = Vector256.Create(_sink + 9), s10 = Vector256.Create(_sink + 10), s11 = Vector256.Create(_sink + 11);
        for (int i = 0; i < Iterations; i++)
        {
            s0 = AvxVnni.MultiplyWideningAndAdd(s0, x, y);
            s1 = AvxVnni.MultiplyWideningAndAdd(s1, x, y);
            s2 = AvxVnni.MultiplyWideningAndAdd(s2, x, y);
            s3 = AvxVnni.MultiplyWideningAndAdd(s3, x, y);
            s4 = AvxVnni.MultiplyWideningAndAdd(s4, x, y);
            s5 = AvxVnni.MultiplyWideningAndAdd(s5, x, y);
            s6 = AvxVnni.MultiplyWideningAndAdd(s6, x, y);
            s7 = AvxVnni.MultiplyWideningAndAdd(s7, x, y);
            s8 = AvxVnni.MultiplyWideningAndAdd(s8, x, y);
            s9 = AvxVnni.MultiplyWideningAndAdd(s9, x, y);
            s10 = AvxVnni.MultiplyWideningAndAdd(s10, x, y);
            s11 = AvxVnni.MultiplyWideningAndAdd(s11, x, y);
        }

        _sink = (int)Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
        return 12L * 32 * Iterations;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Portable()
    {
        Vector128<int> x = Vector128.Create(_sink);
        Vector128<int> s0 = Vector128.Create(_sink + 0), s1 = Vector128.Create(_sink + 1), s2 = Vector128.Create(_sink + 2), s3 = Vector128.Create(_sink + 3), s4 = Vector128.Create(_sink + 4), s5 = Vector128.Create(_sink + 5), s6 = Vector128.Create(_sink + 6), s7 = Vector128.Create(_sink + 7), s8 = Vector128.Create(_sink + 8), s9 = Vector128.Create(_sink + 9), s10 = Vector128.Create(_sink + 10), s11 = Vector128.Create(_sink + 11);
        for (int i = 0; i < Iterations; i++)
        {
            s0 += s0 * x;
            s1 += s1 * x;
            s2 += s2 * x;
            s3 += s3 * x;
            s4 += s4 * x;
            s5 += s5 * x;
            s6 += s6 * x;
            s7 += s7 * x;
            s8 += s8 * x;
            s9 += s9 * x;
            s10 += s10 * x;
            s11 += s11 * x;
        }

        _sink = (int)Vector128.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
        return 12L * 4 * Iterations;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Floats512()
    {
        Vector512<float> x = Vector512.Create(0.5f);
        Vector512<float> s0 = Vector512.Create((float)(_sink + 0)), s1 = Vector512.Create((float)(_sink + 1)), s2 = Vector512.Create((float)(_sink + 2)), s3 = Vector512.Create((float)(_sink + 3)), s4 = Vector512.Create((float)(_sink + 4)), s5 = Vector512.Create((float)(_sink + 5)), s6 = Vector512.Create((float)(_sink + 6)), s7 = Vector512.Create((float)(_sink + 7)), s8 = Vector512.Create((float)(_sink + 8)), s9 = Vector512.Create((float)(_sink + 9)), s10 = Vector512.Create((float)(_sink + 10)), s11 = Vector512.Create((float)(_sink + 11));
        for (int i = 0; i < Iterations; i++)
        {
            s0 = Avx512F.FusedMultiplyAdd(s0, x, x);
            s1 = Avx512F.FusedMultiplyAdd(s1, x, x);
            s2 = Avx512F.FusedMultiplyAdd(s2, x, x);
            s3 = Avx512F.FusedMultiplyAdd(s3, x, x);
            s4 = Avx512F.FusedMultiplyAdd(s4, x, x);
            s5 = Avx512F.FusedMultiplyAdd(s5, x, x);
            s6 = Avx512F.FusedMultiplyAdd(s6, x, x);
            s7 = Avx512F.FusedMultiplyAdd(s7, x, x);
            s8 = Avx512F.FusedMultiplyAdd(s8, x, x);
            s9 = Avx512F.FusedMultiplyAdd(s9, x, x);
            s10 = Avx512F.FusedMultiplyAdd(s10, x, x);
            s11 = Avx512F.FusedMultiplyAdd(s11, x, x);
        }

        _sink = (int)Vector512.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
        return 12L * 16 * Iterations;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Floats256()
    {
        Vector256<float> x = Vector256.Create(0.5f);
        Vector256<float> s0 = Vector256.Create((float)(_sink + 0)), s1 = Vector256.Create((float)(_sink + 1)), s2 = Vector256.Create((float)(_sink + 2)), s3 = Vector256.Create((float)(_sink + 3)), s4 = Vector256.Create((float)(_sink + 4)), s5 = Vector256.Create((float)(_sink + 5)), s6 = Vector256.Create((float)(_sink + 6)), s7 = Vector256.Create((float)(_sink + 7)), s8 = Vector256.Create((float)(_sink + 8)), s9 = Vector256.Create((float)(_sink + 9)), s10 = Vector256.Create((float)(_sink + 10)), s11 = Vector256.Create((float)(_sink + 11));
        for (int i = 0; i < Iterations; i++)
        {
            s0 = Vector256.MultiplyAddEstimate(s0, x, x);
            s1 = Vector256.MultiplyAddEstimate(s1, x, x);
            s2 = Vector256.MultiplyAddEstimate(s2, x, x);
            s3 = Vector256.MultiplyAddEstimate(s3, x, x);
            s4 = Vector256.MultiplyAddEstimate(s4, x, x);
            s5 = Vector256.MultiplyAddEstimate(s5, x, x);
            s6 = Vector256.MultiplyAddEstimate(s6, x, x);
            s7 = Vector256.MultiplyAddEstimate(s7, x, x);
            s8 = Vector256.MultiplyAddEstimate(s8, x, x);
            s9 = Vector256.MultiplyAddEstimate(s9, x, x);
            s10 = Vector256.MultiplyAddEstimate(s10, x, x);
            s11 = Vector256.MultiplyAddEstimate(s11, x, x);
        }

        _sink = (int)Vector256.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
        return 12L * 8 * Iterations;
    }
}
