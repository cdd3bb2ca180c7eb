using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Agentic.Inference.Backends.Cpu.Kernels;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>
/// C (+)= A · B for the small products of attention: A is a few rows of queries or probabilities, B a page of transposed keys or of values.
/// Each element has one accumulator that takes k in order, so that its bits do not depend on the tile. B may be halves, which are widened on
/// the way without their last factor (see <see cref="HalfNumber"/>).
/// </summary>
internal static unsafe class SmallGemm<TNumber>
    where TNumber : struct, IStoredNumber
{
    /// <summary><paramref name="n"/> is a multiple of 16. Where B comes from memory, the block at <paramref name="next"/>, which will be B of the next product, is fetched meanwhile.</summary>
    public static void Run(float* a, int lda, int m, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, byte* next)
    {
        if (Avx512F.IsSupported) Wide(a, lda, m, b, ldb, k, n, c, ldc, add, next);
        else Narrow(a, lda, m, b, ldb, k, n, c, ldc, add, next);
    }

    private static void Wide(float* a, int lda, int m, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, byte* next)
    {
        int i = 0;
        for (; m - i >= 6; i += 6) Row6(a + i * lda, lda, b, ldb, k, n, c + i * ldc, ldc, add, next);
        for (; m - i >= 3; i += 3) Row3(a + i * lda, lda, b, ldb, k, n, c + i * ldc, ldc, add, next);
        for (; i < m; i++) Row1(a + i * lda, lda, b, ldb, k, n, c + i * ldc, ldc, add, next);
    }

    private static void Row6(float* a, int lda, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, byte* next)
    {
        int j = 0;
        for (; n - j >= 64; j += 64) Wide6x64(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, next + j * TNumber.Size);
        for (; j < n; j += 16) Wide6x16(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add);
    }

    private static void Row3(float* a, int lda, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, byte* next)
    {
        int j = 0;
        for (; n - j >= 64; j += 64) Wide3x64(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, next + j * TNumber.Size);
        for (; j < n; j += 16) Wide3x16(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add);
    }

    private static void Row1(float* a, int lda, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, byte* next)
    {
        int j = 0;
        for (; n - j >= 64; j += 64) Wide1x64(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, next + j * TNumber.Size);
        for (; j < n; j += 16) Wide1x16(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add);
    }

    private static void Narrow(float* a, int lda, int m, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, byte* next)
    {
        int i = 0;
        for (; m - i >= 3; i += 3)
        {
            for (int j = 0; j < n; j += 16) Narrow3(a + i * lda, lda, b + j * TNumber.Size, ldb, k, c + i * ldc + j, ldc, add, next + j * TNumber.Size);
        }

        for (; i < m; i++)
        {
            for (int j = 0; j < n; j += 16) Narrow1(a + i * lda, b + j * TNumber.Size, ldb, k, c + i * ldc + j, add, next + j * TNumber.Size);
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow3(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, byte* next)
    {
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        if (add)
        {
            c00 = Vector256.Load(c);
            c01 = Vector256.Load(c + 8);
            c10 = Vector256.Load(c + ldc);
            c11 = Vector256.Load(c + ldc + 8);
            c20 = Vector256.Load(c + 2 * ldc);
            c21 = Vector256.Load(c + 2 * ldc + 8);
        }

        float* a1 = a + lda, a2 = a + 2 * lda;
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size, next += ldb * TNumber.Size)
        {
            if (TNumber.Streams) Prefetch.Line(next);
            Vector256<float> b0 = TNumber.Narrow(b), b1 = TNumber.Narrow(b + 8 * TNumber.Size);
            Vector256<float> x = Vector256.Create(a[i]), y = Vector256.Create(a1[i]), z = Vector256.Create(a2[i]);
            c00 = Vector256.MultiplyAddEstimate(x, b0, c00);
            c01 = Vector256.MultiplyAddEstimate(x, b1, c01);
            c10 = Vector256.MultiplyAddEstimate(y, b0, c10);
            c11 = Vector256.MultiplyAddEstimate(y, b1, c11);
            c20 = Vector256.MultiplyAddEstimate(z, b0, c20);
            c21 = Vector256.MultiplyAddEstimate(z, b1, c21);
        }

        c00.Store(c);
        c01.Store(c + 8);
        c10.Store(c + ldc);
        c11.Store(c + ldc + 8);
        c20.Store(c + 2 * ldc);
        c21.Store(c + 2 * ldc + 8);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow1(float* a, byte* b, int ldb, int k, float* c, bool add, byte* next)
    {
        Vector256<float> c0 = add ? Vector256.Load(c) : default, c1 = add ? Vector256.Load(c + 8) : default;
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size, next += ldb * TNumber.Size)
        {
            if (TNumber.Streams) Prefetch.Line(next);
            Vector256<float> x = Vector256.Create(a[i]);
            c0 = Vector256.MultiplyAddEstimate(x, TNumber.Narrow(b), c0);
            c1 = Vector256.MultiplyAddEstimate(x, TNumber.Narrow(b + 8 * TNumber.Size), c1);
        }

        c0.Store(c);
        c1.Store(c + 8);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide6x64(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, byte* next)
    {
        Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default;
        Vector512<float> c10 = default, c11 = default, c12 = default, c13 = default;
        Vector512<float> c20 = default, c21 = default, c22 = default, c23 = default;
        Vector512<float> c30 = default, c31 = default, c32 = default, c33 = default;
        Vector512<float> c40 = default, c41 = default, c42 = default, c43 = default;
        Vector512<float> c50 = default, c51 = default, c52 = default, c53 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
            c01 = Vector512.Load(c + 16);
            c02 = Vector512.Load(c + 32);
            c03 = Vector512.Load(c + 48);
            c10 = Vector512.Load(c + ldc);
            c11 = Vector512.Load(c + ldc + 16);
            c12 = Vector512.Load(c + ldc + 32);
            c13 = Vector512.Load(c + ldc + 48);
            c20 = Vector512.Load(c + 2 * ldc);
            c21 = Vector512.Load(c + 2 * ldc + 16);
            c22 = Vector512.Load(c + 2 * ldc + 32);
            c23 = Vector512.Load(c + 2 * ldc + 48);
            c30 = Vector512.Load(c + 3 * ldc);
            c31 = Vector512.Load(c + 3 * ldc + 16);
            c32 = Vector512.Load(c + 3 * ldc + 32);
            c33 = Vector512.Load(c + 3 * ldc + 48);
            c40 = Vector512.Load(c + 4 * ldc);
            c41 = Vector512.Load(c + 4 * ldc + 16);
            c42 = Vector512.Load(c + 4 * ldc + 32);
            c43 = Vector512.Load(c + 4 * ldc + 48);
            c50 = Vector512.Load(c + 5 * ldc);
            c51 = Vector512.Load(c + 5 * ldc + 16);
            c52 = Vector512.Load(c + 5 * ldc + 32);
            c53 = Vector512.Load(c + 5 * ldc + 48);
        }

        float* a1 = a + 1 * lda, a2 = a + 2 * lda, a3 = a + 3 * lda, a4 = a + 4 * lda, a5 = a + 5 * lda;
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size, next += ldb * TNumber.Size)
        {
            if (TNumber.Streams)
            {
                Prefetch.Line(next);
                Prefetch.Line(next + 64);
            }

            Vector512<float> b0 = TNumber.Wide(b), b1 = TNumber.Wide(b + 16 * TNumber.Size), b2 = TNumber.Wide(b + 32 * TNumber.Size), b3 = TNumber.Wide(b + 48 * TNumber.Size);
            Vector512<float> x0 = Vector512.Create(a[i]);
            c00 = Avx512F.FusedMultiplyAdd(x0, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x0, b1, c01);
            c02 = Avx512F.FusedMultiplyAdd(x0, b2, c02);
            c03 = Avx512F.FusedMultiplyAdd(x0, b3, c03);
            Vector512<float> x1 = Vector512.Create(a1[i]);
            c10 = Avx512F.FusedMultiplyAdd(x1, b0, c10);
            c11 = Avx512F.FusedMultiplyAdd(x1, b1, c11);
            c12 = Avx512F.FusedMultiplyAdd(x1, b2, c12);
            c13 = Avx512F.FusedMultiplyAdd(x1, b3, c13);
            Vector512<float> x2 = Vector512.Create(a2[i]);
            c20 = Avx512F.FusedMultiplyAdd(x2, b0, c20);
            c21 = Avx512F.FusedMultiplyAdd(x2, b1, c21);
            c22 = Avx512F.FusedMultiplyAdd(x2, b2, c22);
            c23 = Avx512F.FusedMultiplyAdd(x2, b3, c23);
            Vector512<float> x3 = Vector512.Create(a3[i]);
            c30 = Avx512F.FusedMultiplyAdd(x3, b0, c30);
            c31 = Avx512F.FusedMultiplyAdd(x3, b1, c31);
            c32 = Avx512F.FusedMultiplyAdd(x3, b2, c32);
            c33 = Avx512F.FusedMultiplyAdd(x3, b3, c33);
            Vector512<float> x4 = Vector512.Create(a4[i]);
            c40 = Avx512F.FusedMultiplyAdd(x4, b0, c40);
            c41 = Avx512F.FusedMultiplyAdd(x4, b1, c41);
            c42 = Avx512F.FusedMultiplyAdd(x4, b2, c42);
            c43 = Avx512F.FusedMultiplyAdd(x4, b3, c43);
            Vector512<float> x5 = Vector512.Create(a5[i]);
            c50 = Avx512F.FusedMultiplyAdd(x5, b0, c50);
            c51 = Avx512F.FusedMultiplyAdd(x5, b1, c51);
            c52 = Avx512F.FusedMultiplyAdd(x5, b2, c52);
            c53 = Avx512F.FusedMultiplyAdd(x5, b3, c53);
        }

        c00.Store(c);
        c01.Store(c + 16);
        c02.Store(c + 32);
        c03.Store(c + 48);
        c10.Store(c + ldc);
        c11.Store(c + ldc + 16);
        c12.Store(c + ldc + 32);
        c13.Store(c + ldc + 48);
        c20.Store(c + 2 * ldc);
        c21.Store(c + 2 * ldc + 16);
        c22.Store(c + 2 * ldc + 32);
        c23.Store(c + 2 * ldc + 48);
        c30.Store(c + 3 * ldc);
        c31.Store(c + 3 * ldc + 16);
        c32.Store(c + 3 * ldc + 32);
        c33.Store(c + 3 * ldc + 48);
        c40.Store(c + 4 * ldc);
        c41.Store(c + 4 * ldc + 16);
        c42.Store(c + 4 * ldc + 32);
        c43.Store(c + 4 * ldc + 48);
        c50.Store(c + 5 * ldc);
        c51.Store(c + 5 * ldc + 16);
        c52.Store(c + 5 * ldc + 32);
        c53.Store(c + 5 * ldc + 48);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide6x16(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add)
    {
        Vector512<float> c00 = default;
        Vector512<float> c10 = default;
        Vector512<float> c20 = default;
        Vector512<float> c30 = default;
        Vector512<float> c40 = default;
        Vector512<float> c50 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
            c10 = Vector512.Load(c + ldc);
            c20 = Vector512.Load(c + 2 * ldc);
            c30 = Vector512.Load(c + 3 * ldc);
            c40 = Vector512.Load(c + 4 * ldc);
            c50 = Vector512.Load(c + 5 * ldc);
        }

        float* a1 = a + 1 * lda, a2 = a + 2 * lda, a3 = a + 3 * lda, a4 = a + 4 * lda, a5 = a + 5 * lda;
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            Vector512<float> b0 = TNumber.Wide(b);
            Vector512<float> x0 = Vector512.Create(a[i]);
            c00 = Avx512F.FusedMultiplyAdd(x0, b0, c00);
            Vector512<float> x1 = Vector512.Create(a1[i]);
            c10 = Avx512F.FusedMultiplyAdd(x1, b0, c10);
            Vector512<float> x2 = Vector512.Create(a2[i]);
            c20 = Avx512F.FusedMultiplyAdd(x2, b0, c20);
            Vector512<float> x3 = Vector512.Create(a3[i]);
            c30 = Avx512F.FusedMultiplyAdd(x3, b0, c30);
            Vector512<float> x4 = Vector512.Create(a4[i]);
            c40 = Avx512F.FusedMultiplyAdd(x4, b0, c40);
            Vector512<float> x5 = Vector512.Create(a5[i]);
            c50 = Avx512F.FusedMultiplyAdd(x5, b0, c50);
        }

        c00.Store(c);
        c10.Store(c + ldc);
        c20.Store(c + 2 * ldc);
        c30.Store(c + 3 * ldc);
        c40.Store(c + 4 * ldc);
        c50.Store(c + 5 * ldc);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide3x64(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, byte* next)
    {
        Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default;
        Vector512<float> c10 = default, c11 = default, c12 = default, c13 = default;
        Vector512<float> c20 = default, c21 = default, c22 = default, c23 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
            c01 = Vector512.Load(c + 16);
            c02 = Vector512.Load(c + 32);
            c03 = Vector512.Load(c + 48);
            c10 = Vector512.Load(c + ldc);
            c11 = Vector512.Load(c + ldc + 16);
            c12 = Vector512.Load(c + ldc + 32);
            c13 = Vector512.Load(c + ldc + 48);
            c20 = Vector512.Load(c + 2 * ldc);
            c21 = Vector512.Load(c + 2 * ldc + 16);
            c22 = Vector512.Load(c + 2 * ldc + 32);
            c23 = Vector512.Load(c + 2 * ldc + 48);
        }

        float* a1 = a + 1 * lda, a2 = a + 2 * lda;
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size, next += ldb * TNumber.Size)
        {
            if (TNumber.Streams)
            {
                Prefetch.Line(next);
                Prefetch.Line(next + 64);
            }

            Vector512<float> b0 = TNumber.Wide(b), b1 = TNumber.Wide(b + 16 * TNumber.Size), b2 = TNumber.Wide(b + 32 * TNumber.Size), b3 = TNumber.Wide(b + 48 * TNumber.Size);
            Vector512<float> x0 = Vector512.Create(a[i]);
            c00 = Avx512F.FusedMultiplyAdd(x0, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x0, b1, c01);
            c02 = Avx512F.FusedMultiplyAdd(x0, b2, c02);
            c03 = Avx512F.FusedMultiplyAdd(x0, b3, c03);
            Vector512<float> x1 = Vector512.Create(a1[i]);
            c10 = Avx512F.FusedMultiplyAdd(x1, b0, c10);
            c11 = Avx512F.FusedMultiplyAdd(x1, b1, c11);
            c12 = Avx512F.FusedMultiplyAdd(x1, b2, c12);
            c13 = Avx512F.FusedMultiplyAdd(x1, b3, c13);
            Vector512<float> x2 = Vector512.Create(a2[i]);
            c20 = Avx512F.FusedMultiplyAdd(x2, b0, c20);
            c21 = Avx512F.FusedMultiplyAdd(x2, b1, c21);
            c22 = Avx512F.FusedMultiplyAdd(x2, b2, c22);
            c23 = Avx512F.FusedMultiplyAdd(x2, b3, c23);
        }

        c00.Store(c);
        c01.Store(c + 16);
        c02.Store(c + 32);
        c03.Store(c + 48);
        c10.Store(c + ldc);
        c11.Store(c + ldc + 16);
        c12.Store(c + ldc + 32);
        c13.Store(c + ldc + 48);
        c20.Store(c + 2 * ldc);
        c21.Store(c + 2 * ldc + 16);
        c22.Store(c + 2 * ldc + 32);
        c23.Store(c + 2 * ldc + 48);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide3x16(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add)
    {
        Vector512<float> c00 = default;
        Vector512<float> c10 = default;
        Vector512<float> c20 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
            c10 = Vector512.Load(c + ldc);
            c20 = Vector512.Load(c + 2 * ldc);
        }

        float* a1 = a + 1 * lda, a2 = a + 2 * lda;
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            Vector512<float> b0 = TNumber.Wide(b);
            Vector512<float> x0 = Vector512.Create(a[i]);
            c00 = Avx512F.FusedMultiplyAdd(x0, b0, c00);
            Vector512<float> x1 = Vector512.Create(a1[i]);
            c10 = Avx512F.FusedMultiplyAdd(x1, b0, c10);
            Vector512<float> x2 = Vector512.Create(a2[i]);
            c20 = Avx512F.FusedMultiplyAdd(x2, b0, c20);
        }

        c00.Store(c);
        c10.Store(c + ldc);
        c20.Store(c + 2 * ldc);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide1x64(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, byte* next)
    {
        Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
            c01 = Vector512.Load(c + 16);
            c02 = Vector512.Load(c + 32);
            c03 = Vector512.Load(c + 48);
        }

        for (int i = 0; i < k; i++, b += ldb * TNumber.Size, next += ldb * TNumber.Size)
        {
            if (TNumber.Streams)
            {
                Prefetch.Line(next);
                Prefetch.Line(next + 64);
            }

            Vector512<float> b0 = TNumber.Wide(b), b1 = TNumber.Wide(b + 16 * TNumber.Size), b2 = TNumber.Wide(b + 32 * TNumber.Size), b3 = TNumber.Wide(b + 48 * TNumber.Size);
            Vector512<float> x0 = Vector512.Create(a[i]);
            c00 = Avx512F.FusedMultiplyAdd(x0, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x0, b1, c01);
            c02 = Avx512F.FusedMultiplyAdd(x0, b2, c02);
            c03 = Avx512F.FusedMultiplyAdd(x0, b3, c03);
        }

        c00.Store(c);
        c01.Store(c + 16);
        c02.Store(c + 32);
        c03.Store(c + 48);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide1x16(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add)
    {
        Vector512<float> c00 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
        }

        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            Vector512<float> b0 = TNumber.Wide(b);
            Vector512<float> x0 = Vector512.Create(a[i]);
            c00 = Avx512F.FusedMultiplyAdd(x0, b0, c00);
        }

        c00.Store(c);
    }
}
