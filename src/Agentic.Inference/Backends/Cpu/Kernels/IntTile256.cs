using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>
/// 16 rows × 4, 2 or 1 tokens of an integer product in 256-bit vectors, 8 rows at a time, with byte dot products where the processor has them
/// (AVX-VNNI) and 16-bit sums otherwise. Layout of the activations and order of float operations as in <see cref="IntTile512{TPanel}"/>: equal bits.
/// </summary>
internal static unsafe class IntTile256<TPanel>
    where TPanel : struct, IIntPanel
{
    private static int CodeBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TPanel.Nibbles ? 256 : 512;
    }

    private static int BlockBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => CodeBytes + TPanel.Scales * (TPanel.Offset == 0 ? 128 : 64);
    }

    /// <summary>4 tokens.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4(byte* panel, byte* acts, int blocks, float* tile)
    {
        for (int half = 0; half < 2; half++)
        {
            byte* w = panel + 32 * half, a = acts;
            Vector256<float> c0 = Vector256<float>.Zero;
            Vector256<float> c1 = Vector256<float>.Zero;
            Vector256<float> c2 = Vector256<float>.Zero;
            Vector256<float> c3 = Vector256<float>.Zero;
            for (int b = 0; b < blocks; b++, w += BlockBytes, a += 192)
            {
                byte* f = w + CodeBytes;
                Vector256<byte> w0 = Codes(w, 0), w1 = Codes(w, 1), w2 = Codes(w, 2), w3 = Codes(w, 3);
                Vector256<int> s0 = Dot(w0, w1, w2, w3, a + 0);
                Vector256<int> s1 = Dot(w0, w1, w2, w3, a + 32);
                Vector256<int> s2 = Dot(w0, w1, w2, w3, a + 64);
                Vector256<int> s3 = Dot(w0, w1, w2, w3, a + 96);
                w0 = Codes(w, 4);
                w1 = Codes(w, 5);
                w2 = Codes(w, 6);
                w3 = Codes(w, 7);
                Vector256<float> d = Vector256.Load((float*)f), m = Minimum(f, d, 0);
                if (TPanel.Scales == 1)
                {
                    c0 = Add(c0, s0 + Dot(w0, w1, w2, w3, a + 16), d, m, a + 128, a + 144);
                    c1 = Add(c1, s1 + Dot(w0, w1, w2, w3, a + 48), d, m, a + 132, a + 148);
                    c2 = Add(c2, s2 + Dot(w0, w1, w2, w3, a + 80), d, m, a + 136, a + 152);
                    c3 = Add(c3, s3 + Dot(w0, w1, w2, w3, a + 112), d, m, a + 140, a + 156);
                }
                else
                {
                    c0 = Add(c0, s0, d, m, a + 128, a + 160);
                    c1 = Add(c1, s1, d, m, a + 132, a + 164);
                    c2 = Add(c2, s2, d, m, a + 136, a + 168);
                    c3 = Add(c3, s3, d, m, a + 140, a + 172);
                    d = Vector256.Load((float*)(f + 64));
                    m = Minimum(f, d, 1);
                    c0 = Add(c0, Dot(w0, w1, w2, w3, a + 16), d, m, a + 128, a + 176);
                    c1 = Add(c1, Dot(w0, w1, w2, w3, a + 48), d, m, a + 132, a + 180);
                    c2 = Add(c2, Dot(w0, w1, w2, w3, a + 80), d, m, a + 136, a + 184);
                    c3 = Add(c3, Dot(w0, w1, w2, w3, a + 112), d, m, a + 140, a + 188);
                }
            }

            c0.Store(tile + 8 * half);
            c1.Store(tile + 8 * half + 16);
            c2.Store(tile + 8 * half + 32);
            c3.Store(tile + 8 * half + 48);
        }
    }

    /// <summary>2 tokens.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile2(byte* panel, byte* acts, int blocks, float* tile)
    {
        for (int half = 0; half < 2; half++)
        {
            byte* w = panel + 32 * half, a = acts;
            Vector256<float> c0 = Vector256<float>.Zero;
            Vector256<float> c1 = Vector256<float>.Zero;
            for (int b = 0; b < blocks; b++, w += BlockBytes, a += 96)
            {
                byte* f = w + CodeBytes;
                Vector256<byte> w0 = Codes(w, 0), w1 = Codes(w, 1), w2 = Codes(w, 2), w3 = Codes(w, 3);
                Vector256<int> s0 = Dot(w0, w1, w2, w3, a + 0);
                Vector256<int> s1 = Dot(w0, w1, w2, w3, a + 32);
                w0 = Codes(w, 4);
                w1 = Codes(w, 5);
                w2 = Codes(w, 6);
                w3 = Codes(w, 7);
                Vector256<float> d = Vector256.Load((float*)f), m = Minimum(f, d, 0);
                if (TPanel.Scales == 1)
                {
                    c0 = Add(c0, s0 + Dot(w0, w1, w2, w3, a + 16), d, m, a + 64, a + 72);
                    c1 = Add(c1, s1 + Dot(w0, w1, w2, w3, a + 48), d, m, a + 68, a + 76);
                }
                else
                {
                    c0 = Add(c0, s0, d, m, a + 64, a + 80);
                    c1 = Add(c1, s1, d, m, a + 68, a + 84);
                    d = Vector256.Load((float*)(f + 64));
                    m = Minimum(f, d, 1);
                    c0 = Add(c0, Dot(w0, w1, w2, w3, a + 16), d, m, a + 64, a + 88);
                    c1 = Add(c1, Dot(w0, w1, w2, w3, a + 48), d, m, a + 68, a + 92);
                }
            }

            c0.Store(tile + 8 * half);
            c1.Store(tile + 8 * half + 16);
        }
    }

    /// <summary>1 token.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1(byte* panel, byte* acts, int blocks, float* tile)
    {
        for (int half = 0; half < 2; half++)
        {
            byte* w = panel + 32 * half, a = acts;
            Vector256<float> c0 = Vector256<float>.Zero;
            for (int b = 0; b < blocks; b++, w += BlockBytes, a += 48)
            {
                byte* f = w + CodeBytes;
                Vector256<byte> w0 = Codes(w, 0), w1 = Codes(w, 1), w2 = Codes(w, 2), w3 = Codes(w, 3);
                Vector256<int> s0 = Dot(w0, w1, w2, w3, a + 0);
                w0 = Codes(w, 4);
                w1 = Codes(w, 5);
                w2 = Codes(w, 6);
                w3 = Codes(w, 7);
                Vector256<float> d = Vector256.Load((float*)f), m = Minimum(f, d, 0);
                if (TPanel.Scales == 1)
                {
                    c0 = Add(c0, s0 + Dot(w0, w1, w2, w3, a + 16), d, m, a + 32, a + 36);
                }
                else
                {
                    c0 = Add(c0, s0, d, m, a + 32, a + 40);
                    d = Vector256.Load((float*)(f + 64));
                    m = Minimum(f, d, 1);
                    c0 = Add(c0, Dot(w0, w1, w2, w3, a + 16), d, m, a + 32, a + 44);
                }
            }

            c0.Store(tile + 8 * half);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Codes(byte* w, int i)
    {
        if (!TPanel.Nibbles) return Vector256.Load(w + 64 * i);
        Vector256<byte> pair = Vector256.Load(w + 64 * (i & 3));
        return (i < 4 ? pair : (pair.AsUInt16() >>> 4).AsByte()) & Vector256.Create((byte)15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Minimum(byte* f, Vector256<float> scale, int half) =>
        TPanel.Offset == 0 ? Vector256.Load((float*)(f + 64 * (TPanel.Scales + half))) : scale * Vector256.Create(-(float)TPanel.Offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<sbyte> Four(byte* a) => Vector256.Create(*(int*)a).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Products(Vector256<byte> w, byte* a) => Avx2.MultiplyAddAdjacent(w, Four(a));

    /// <summary>Sum of products over 16 columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Dot(Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, byte* a)
    {
        if (AvxVnni.IsSupported)
        {
            Vector256<int> v = AvxVnni.MultiplyWideningAndAdd(Vector256<int>.Zero, w0, Four(a));
            v = AvxVnni.MultiplyWideningAndAdd(v, w1, Four(a + 4));
            v = AvxVnni.MultiplyWideningAndAdd(v, w2, Four(a + 8));
            return AvxVnni.MultiplyWideningAndAdd(v, w3, Four(a + 12));
        }

        Vector256<short> ones = Vector256.Create((short)1);
        if (TPanel.Group == 0)
        {
            Vector256<byte> mask = Vector256.Create((byte)15);
            Vector256<short> low = Sum(w0 & mask, w1 & mask, w2 & mask, w3 & mask, a);
            Vector256<short> high = Sum(Upper(w0), Upper(w1), Upper(w2), Upper(w3), a);
            return Avx2.MultiplyAddAdjacent(low, ones) + Avx2.MultiplyAddAdjacent(high, Vector256.Create((short)16));
        }

        return TPanel.Group == 2
            ? Avx2.MultiplyAddAdjacent(Products(w0, a) + Products(w1, a + 4), ones) + Avx2.MultiplyAddAdjacent(Products(w2, a + 8) + Products(w3, a + 12), ones)
            : Avx2.MultiplyAddAdjacent(Sum(w0, w1, w2, w3, a), ones);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Sum(Vector256<byte> w0, Vector256<byte> w1, Vector256<byte> w2, Vector256<byte> w3, byte* a) =>
        Products(w0, a) + Products(w1, a + 4) + (Products(w2, a + 8) + Products(w3, a + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Upper(Vector256<byte> w) => (w.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Add(Vector256<float> c, Vector256<int> sum, Vector256<float> d, Vector256<float> m, byte* scale, byte* total)
    {
        c = Fma.MultiplyAdd(m, Vector256.Create(*(float*)total), c);
        return Fma.MultiplyAdd(Avx.ConvertToVector256Single(sum), d * Vector256.Create(*(float*)scale), c);
    }
}
