using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>
/// 16 rows × 4, 2 or 1 tokens of an integer product in 512-bit vectors. The codes of a block are unpacked once and stay in registers; four
/// activations at a time are broadcast from memory; products are summed in 16 bits as far as they fit, then widened once.
/// </summary>
/// <remarks>
/// Each (row, token) has one accumulator that takes the blocks in order, so that its bits do not depend on the tile. Activations: per block
/// T × 32 codes, then T scales, T sums, T sums of the first and T sums of the second half (sums times scale).
/// </remarks>
internal static unsafe class IntTile512<TPanel>
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
    public static void Tile4(byte* w, byte* a, int blocks, float* tile)
    {
        Vector512<short> ones = Vector512.Create((short)1);
        Vector512<float> c0 = Vector512<float>.Zero;
        Vector512<float> c1 = Vector512<float>.Zero;
        Vector512<float> c2 = Vector512<float>.Zero;
        Vector512<float> c3 = Vector512<float>.Zero;
        for (; blocks > 0; blocks--, w += BlockBytes, a += 192)
        {
            byte* f = w + CodeBytes;
            Vector512<float> d = Vector512.Load((float*)f);
            Vector512<float> m = Minimum(f, d, 0);
            if (TPanel.Group == 0)
            {
                Vector512<byte> w0 = Low(w, 0), w1 = Low(w, 1), w2 = Low(w, 2), w3 = Low(w, 3), w4 = Low(w, 4), w5 = Low(w, 5), w6 = Low(w, 6), w7 = Low(w, 7);
                Vector512<short> s0 = Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 0);
                Vector512<short> s1 = Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 32);
                Vector512<short> s2 = Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 64);
                Vector512<short> s3 = Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 96);
                w0 = High(w, 0); w1 = High(w, 1); w2 = High(w, 2); w3 = High(w, 3); w4 = High(w, 4); w5 = High(w, 5); w6 = High(w, 6); w7 = High(w, 7);
                c0 = Add(c0, Planes(s0, Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 0), ones), d, m, a + 128, a + 144);
                c1 = Add(c1, Planes(s1, Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 32), ones), d, m, a + 132, a + 148);
                c2 = Add(c2, Planes(s2, Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 64), ones), d, m, a + 136, a + 152);
                c3 = Add(c3, Planes(s3, Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 96), ones), d, m, a + 140, a + 156);
            }
            else
            {
                Vector512<byte> w0 = Codes(w, 0), w1 = Codes(w, 1), w2 = Codes(w, 2), w3 = Codes(w, 3), w4 = Codes(w, 4), w5 = Codes(w, 5), w6 = Codes(w, 6), w7 = Codes(w, 7);
                if (TPanel.Scales == 1)
                {
                    c0 = Add(c0, Dot(w0, w1, w2, w3, w4, w5, w6, w7, a + 0, ones), d, m, a + 128, a + 144);
                    c1 = Add(c1, Dot(w0, w1, w2, w3, w4, w5, w6, w7, a + 32, ones), d, m, a + 132, a + 148);
                    c2 = Add(c2, Dot(w0, w1, w2, w3, w4, w5, w6, w7, a + 64, ones), d, m, a + 136, a + 152);
                    c3 = Add(c3, Dot(w0, w1, w2, w3, w4, w5, w6, w7, a + 96, ones), d, m, a + 140, a + 156);
                }
                else
                {
                    Vector512<float> e = Vector512.Load((float*)(f + 64));
                    Vector512<float> n = Minimum(f, e, 1);
                    c0 = Add(c0, Half(w0, w1, w2, w3, a + 0, ones), d, m, a + 128, a + 160);
                    c0 = Add(c0, Half(w4, w5, w6, w7, a + 16, ones), e, n, a + 128, a + 176);
                    c1 = Add(c1, Half(w0, w1, w2, w3, a + 32, ones), d, m, a + 132, a + 164);
                    c1 = Add(c1, Half(w4, w5, w6, w7, a + 48, ones), e, n, a + 132, a + 180);
                    c2 = Add(c2, Half(w0, w1, w2, w3, a + 64, ones), d, m, a + 136, a + 168);
                    c2 = Add(c2, Half(w4, w5, w6, w7, a + 80, ones), e, n, a + 136, a + 184);
                    c3 = Add(c3, Half(w0, w1, w2, w3, a + 96, ones), d, m, a + 140, a + 172);
                    c3 = Add(c3, Half(w4, w5, w6, w7, a + 112, ones), e, n, a + 140, a + 188);
                }
            }
        }

        c0.Store(tile);
        c1.Store(tile + 16);
        c2.Store(tile + 32);
        c3.Store(tile + 48);
    }

    /// <summary>2 tokens.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile2(byte* w, byte* a, int blocks, float* tile)
    {
        Vector512<short> ones = Vector512.Create((short)1);
        Vector512<float> c0 = Vector512<float>.Zero;
        Vector512<float> c1 = Vector512<float>.Zero;
        for (; blocks > 0; blocks--, w += BlockBytes, a += 96)
        {
            byte* f = w + CodeBytes;
            Vector512<float> d = Vector512.Load((float*)f);
            Vector512<float> m = Minimum(f, d, 0);
            if (TPanel.Group == 0)
            {
                Vector512<byte> w0 = Low(w, 0), w1 = Low(w, 1), w2 = Low(w, 2), w3 = Low(w, 3), w4 = Low(w, 4), w5 = Low(w, 5), w6 = Low(w, 6), w7 = Low(w, 7);
                Vector512<short> s0 = Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 0);
                Vector512<short> s1 = Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 32);
                w0 = High(w, 0); w1 = High(w, 1); w2 = High(w, 2); w3 = High(w, 3); w4 = High(w, 4); w5 = High(w, 5); w6 = High(w, 6); w7 = High(w, 7);
                c0 = Add(c0, Planes(s0, Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 0), ones), d, m, a + 64, a + 72);
                c1 = Add(c1, Planes(s1, Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 32), ones), d, m, a + 68, a + 76);
            }
            else
            {
                Vector512<byte> w0 = Codes(w, 0), w1 = Codes(w, 1), w2 = Codes(w, 2), w3 = Codes(w, 3), w4 = Codes(w, 4), w5 = Codes(w, 5), w6 = Codes(w, 6), w7 = Codes(w, 7);
                if (TPanel.Scales == 1)
                {
                    c0 = Add(c0, Dot(w0, w1, w2, w3, w4, w5, w6, w7, a + 0, ones), d, m, a + 64, a + 72);
                    c1 = Add(c1, Dot(w0, w1, w2, w3, w4, w5, w6, w7, a + 32, ones), d, m, a + 68, a + 76);
                }
                else
                {
                    Vector512<float> e = Vector512.Load((float*)(f + 64));
                    Vector512<float> n = Minimum(f, e, 1);
                    c0 = Add(c0, Half(w0, w1, w2, w3, a + 0, ones), d, m, a + 64, a + 80);
                    c0 = Add(c0, Half(w4, w5, w6, w7, a + 16, ones), e, n, a + 64, a + 88);
                    c1 = Add(c1, Half(w0, w1, w2, w3, a + 32, ones), d, m, a + 68, a + 84);
                    c1 = Add(c1, Half(w4, w5, w6, w7, a + 48, ones), e, n, a + 68, a + 92);
                }
            }
        }

        c0.Store(tile);
        c1.Store(tile + 16);
    }

    /// <summary>1 token.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1(byte* w, byte* a, int blocks, float* tile)
    {
        Vector512<short> ones = Vector512.Create((short)1);
        Vector512<float> c0 = Vector512<float>.Zero;
        for (; blocks > 0; blocks--, w += BlockBytes, a += 48)
        {
            byte* f = w + CodeBytes;
            Vector512<float> d = Vector512.Load((float*)f);
            Vector512<float> m = Minimum(f, d, 0);
            if (TPanel.Group == 0)
            {
                Vector512<byte> w0 = Low(w, 0), w1 = Low(w, 1), w2 = Low(w, 2), w3 = Low(w, 3), w4 = Low(w, 4), w5 = Low(w, 5), w6 = Low(w, 6), w7 = Low(w, 7);
                Vector512<short> s0 = Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 0);
                w0 = High(w, 0); w1 = High(w, 1); w2 = High(w, 2); w3 = High(w, 3); w4 = High(w, 4); w5 = High(w, 5); w6 = High(w, 6); w7 = High(w, 7);
                c0 = Add(c0, Planes(s0, Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a + 0), ones), d, m, a + 32, a + 36);
            }
            else
            {
                Vector512<byte> w0 = Codes(w, 0), w1 = Codes(w, 1), w2 = Codes(w, 2), w3 = Codes(w, 3), w4 = Codes(w, 4), w5 = Codes(w, 5), w6 = Codes(w, 6), w7 = Codes(w, 7);
                if (TPanel.Scales == 1)
                {
                    c0 = Add(c0, Dot(w0, w1, w2, w3, w4, w5, w6, w7, a + 0, ones), d, m, a + 32, a + 36);
                }
                else
                {
                    Vector512<float> e = Vector512.Load((float*)(f + 64));
                    Vector512<float> n = Minimum(f, e, 1);
                    c0 = Add(c0, Half(w0, w1, w2, w3, a + 0, ones), d, m, a + 32, a + 40);
                    c0 = Add(c0, Half(w4, w5, w6, w7, a + 16, ones), e, n, a + 32, a + 44);
                }
            }
        }

        c0.Store(tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Codes(byte* w, int i)
    {
        if (!TPanel.Nibbles) return Vector512.Load(w + 64 * i);
        Vector512<byte> pair = Vector512.Load(w + 64 * (i & 3));
        return (i < 4 ? pair : (pair.AsUInt16() >>> 4).AsByte()) & Vector512.Create((byte)15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Low(byte* w, int i) => Vector512.Load(w + 64 * i) & Vector512.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> High(byte* w, int i) => (Vector512.Load(w + 64 * i).AsUInt16() >>> 4).AsByte() & Vector512.Create((byte)15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Minimum(byte* f, Vector512<float> scale, int half) =>
        TPanel.Offset == 0 ? Vector512.Load((float*)(f + 64 * (TPanel.Scales + half))) : scale * Vector512.Create(-(float)TPanel.Offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Products(Vector512<byte> w, byte* a) =>
        Avx512BW.MultiplyAddAdjacent(w, Vector512.Create(*(int*)a).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Sum8(
        Vector512<byte> w0, Vector512<byte> w1, Vector512<byte> w2, Vector512<byte> w3,
        Vector512<byte> w4, Vector512<byte> w5, Vector512<byte> w6, Vector512<byte> w7, byte* a)
    {
        Vector512<short> s = Products(w0, a) + Products(w1, a + 4);
        Vector512<short> r = Products(w2, a + 8) + Products(w3, a + 12);
        s += Products(w4, a + 16);
        r += Products(w5, a + 20);
        s += Products(w6, a + 24);
        r += Products(w7, a + 28);
        return s + r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Dot(
        Vector512<byte> w0, Vector512<byte> w1, Vector512<byte> w2, Vector512<byte> w3,
        Vector512<byte> w4, Vector512<byte> w5, Vector512<byte> w6, Vector512<byte> w7, byte* a, Vector512<short> ones) =>
        TPanel.Group == 8
            ? Avx512BW.MultiplyAddAdjacent(Sum8(w0, w1, w2, w3, w4, w5, w6, w7, a), ones)
            : Half(w0, w1, w2, w3, a, ones) + Half(w4, w5, w6, w7, a + 16, ones);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Half(Vector512<byte> w0, Vector512<byte> w1, Vector512<byte> w2, Vector512<byte> w3, byte* a, Vector512<short> ones)
    {
        Vector512<short> s = Products(w0, a) + Products(w1, a + 4);
        Vector512<short> r = Products(w2, a + 8) + Products(w3, a + 12);
        return TPanel.Group == 2
            ? Avx512BW.MultiplyAddAdjacent(s, ones) + Avx512BW.MultiplyAddAdjacent(r, ones)
            : Avx512BW.MultiplyAddAdjacent(s + r, ones);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Planes(Vector512<short> low, Vector512<short> high, Vector512<short> ones) =>
        Avx512BW.MultiplyAddAdjacent(low, ones) + Avx512BW.MultiplyAddAdjacent(high, Vector512.Create((short)16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(Vector512<float> c, Vector512<int> sum, Vector512<float> d, Vector512<float> m, byte* scale, byte* total)
    {
        c = Avx512F.FusedMultiplyAdd(m, Vector512.Create(*(float*)total), c);
        return Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(sum), d * Vector512.Create(*(float*)scale), c);
    }
}
