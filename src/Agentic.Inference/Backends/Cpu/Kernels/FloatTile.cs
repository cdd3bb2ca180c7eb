using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>16 rows × 4, 2 or 1 tokens of a float product: weights [column][16 rows], activations [column][tokens]. One accumulator per (row, token), columns in order.</summary>
internal static unsafe class FloatTile
{
    /// <summary>4 tokens.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile4(float* w, float* a, int columns, float* tile)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
            for (int k = 0; k < columns; k++, w += 16, a += 4)
            {
                Vector512<float> v = Vector512.Load(w);
                c0 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(a[0]), c0);
                c1 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(a[1]), c1);
                c2 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(a[2]), c2);
                c3 = Avx512F.FusedMultiplyAdd(v, Vector512.Create(a[3]), c3);
            }

            c0.Store(tile);
            c1.Store(tile + 16);
            c2.Store(tile + 32);
            c3.Store(tile + 48);
        }
        else
        {
            Vector256<float> c0 = default, c1 = default, c2 = default, c3 = default, e0 = default, e1 = default, e2 = default, e3 = default;
            for (int k = 0; k < columns; k++, w += 16, a += 4)
            {
                Vector256<float> v = Vector256.Load(w), u = Vector256.Load(w + 8);
                c0 = Vector256.MultiplyAddEstimate(v, Vector256.Create(a[0]), c0);
                e0 = Vector256.MultiplyAddEstimate(u, Vector256.Create(a[0]), e0);
                c1 = Vector256.MultiplyAddEstimate(v, Vector256.Create(a[1]), c1);
                e1 = Vector256.MultiplyAddEstimate(u, Vector256.Create(a[1]), e1);
                c2 = Vector256.MultiplyAddEstimate(v, Vector256.Create(a[2]), c2);
                e2 = Vector256.MultiplyAddEstimate(u, Vector256.Create(a[2]), e2);
                c3 = Vector256.MultiplyAddEstimate(v, Vector256.Create(a[3]), c3);
                e3 = Vector256.MultiplyAddEstimate(u, Vector256.Create(a[3]), e3);
            }

            c0.Store(tile);
            e0.Store(tile + 8);
            c1.Store(tile + 16);
            e1.Store(tile + 24);
            c2.Store(tile + 32);
            e2.Store(tile + 40);
            c3.Store(tile + 48);
            e3.Store(tile + 56);
        }
    }

    /// <summary>2 tokens.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile2(float* w, float* a, int columns, float* tile)
    {
        Vector256<float> c0 = default, c1 = default, e0 = default, e1 = default;
        for (int k = 0; k < columns; k++, w += 16, a += 2)
        {
            Vector256<float> v = Vector256.Load(w), u = Vector256.Load(w + 8);
            c0 = Vector256.MultiplyAddEstimate(v, Vector256.Create(a[0]), c0);
            e0 = Vector256.MultiplyAddEstimate(u, Vector256.Create(a[0]), e0);
            c1 = Vector256.MultiplyAddEstimate(v, Vector256.Create(a[1]), c1);
            e1 = Vector256.MultiplyAddEstimate(u, Vector256.Create(a[1]), e1);
        }

        c0.Store(tile);
        e0.Store(tile + 8);
        c1.Store(tile + 16);
        e1.Store(tile + 24);
    }

    /// <summary>1 token.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile1(float* w, float* a, int columns, float* tile)
    {
        Vector256<float> c = default, e = default;
        for (int k = 0; k < columns; k++, w += 16, a++)
        {
            Vector256<float> x = Vector256.Create(*a);
            c = Vector256.MultiplyAddEstimate(Vector256.Load(w), x, c);
            e = Vector256.MultiplyAddEstimate(Vector256.Load(w + 8), x, e);
        }

        c.Store(tile);
        e.Store(tile + 8);
    }
}
