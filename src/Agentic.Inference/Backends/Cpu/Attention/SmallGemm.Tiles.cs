using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <content>The tiles of AVX-512: rows × columns with an accumulator each.</content>
internal static unsafe partial class SmallGemm<TNumber>
{
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide6x64(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, nint ahead)
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
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            if (TNumber.IsStored) Ahead(b + ahead, 64);
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
    private static void Wide6x16(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, nint ahead)
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
            if (TNumber.IsStored) Ahead(b + ahead, 16);
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
    private static void Wide3x64(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, nint ahead)
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
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            if (TNumber.IsStored) Ahead(b + ahead, 64);
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
    private static void Wide3x16(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, nint ahead)
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
            if (TNumber.IsStored) Ahead(b + ahead, 16);
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
    private static void Wide1x64(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, nint ahead)
    {
        Vector512<float> c00 = default, c01 = default, c02 = default, c03 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
            c01 = Vector512.Load(c + 16);
            c02 = Vector512.Load(c + 32);
            c03 = Vector512.Load(c + 48);
        }

        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            if (TNumber.IsStored) Ahead(b + ahead, 64);
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
    private static void Wide1x16(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, nint ahead)
    {
        Vector512<float> c00 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
        }

        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            if (TNumber.IsStored) Ahead(b + ahead, 16);
            Vector512<float> b0 = TNumber.Wide(b);
            Vector512<float> x0 = Vector512.Create(a[i]);
            c00 = Avx512F.FusedMultiplyAdd(x0, b0, c00);
        }

        c00.Store(c);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide6x32(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, nint ahead)
    {
        Vector512<float> c00 = default, c01 = default;
        Vector512<float> c10 = default, c11 = default;
        Vector512<float> c20 = default, c21 = default;
        Vector512<float> c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default;
        Vector512<float> c50 = default, c51 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
            c01 = Vector512.Load(c + 16);
            c10 = Vector512.Load(c + ldc);
            c11 = Vector512.Load(c + ldc + 16);
            c20 = Vector512.Load(c + 2 * ldc);
            c21 = Vector512.Load(c + 2 * ldc + 16);
            c30 = Vector512.Load(c + 3 * ldc);
            c31 = Vector512.Load(c + 3 * ldc + 16);
            c40 = Vector512.Load(c + 4 * ldc);
            c41 = Vector512.Load(c + 4 * ldc + 16);
            c50 = Vector512.Load(c + 5 * ldc);
            c51 = Vector512.Load(c + 5 * ldc + 16);
        }

        float* a1 = a + 1 * lda, a2 = a + 2 * lda, a3 = a + 3 * lda, a4 = a + 4 * lda, a5 = a + 5 * lda;
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            if (TNumber.IsStored) Ahead(b + ahead, 32);
            Vector512<float> b0 = TNumber.Wide(b), b1 = TNumber.Wide(b + 16 * TNumber.Size);
            Vector512<float> x0 = Vector512.Create(a[i]);
            c00 = Avx512F.FusedMultiplyAdd(x0, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x0, b1, c01);
            Vector512<float> x1 = Vector512.Create(a1[i]);
            c10 = Avx512F.FusedMultiplyAdd(x1, b0, c10);
            c11 = Avx512F.FusedMultiplyAdd(x1, b1, c11);
            Vector512<float> x2 = Vector512.Create(a2[i]);
            c20 = Avx512F.FusedMultiplyAdd(x2, b0, c20);
            c21 = Avx512F.FusedMultiplyAdd(x2, b1, c21);
            Vector512<float> x3 = Vector512.Create(a3[i]);
            c30 = Avx512F.FusedMultiplyAdd(x3, b0, c30);
            c31 = Avx512F.FusedMultiplyAdd(x3, b1, c31);
            Vector512<float> x4 = Vector512.Create(a4[i]);
            c40 = Avx512F.FusedMultiplyAdd(x4, b0, c40);
            c41 = Avx512F.FusedMultiplyAdd(x4, b1, c41);
            Vector512<float> x5 = Vector512.Create(a5[i]);
            c50 = Avx512F.FusedMultiplyAdd(x5, b0, c50);
            c51 = Avx512F.FusedMultiplyAdd(x5, b1, c51);
        }

        c00.Store(c);
        c01.Store(c + 16);
        c10.Store(c + ldc);
        c11.Store(c + ldc + 16);
        c20.Store(c + 2 * ldc);
        c21.Store(c + 2 * ldc + 16);
        c30.Store(c + 3 * ldc);
        c31.Store(c + 3 * ldc + 16);
        c40.Store(c + 4 * ldc);
        c41.Store(c + 4 * ldc + 16);
        c50.Store(c + 5 * ldc);
        c51.Store(c + 5 * ldc + 16);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide3x32(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, nint ahead)
    {
        Vector512<float> c00 = default, c01 = default;
        Vector512<float> c10 = default, c11 = default;
        Vector512<float> c20 = default, c21 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
            c01 = Vector512.Load(c + 16);
            c10 = Vector512.Load(c + ldc);
            c11 = Vector512.Load(c + ldc + 16);
            c20 = Vector512.Load(c + 2 * ldc);
            c21 = Vector512.Load(c + 2 * ldc + 16);
        }

        float* a1 = a + 1 * lda, a2 = a + 2 * lda;
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            if (TNumber.IsStored) Ahead(b + ahead, 32);
            Vector512<float> b0 = TNumber.Wide(b), b1 = TNumber.Wide(b + 16 * TNumber.Size);
            Vector512<float> x0 = Vector512.Create(a[i]);
            c00 = Avx512F.FusedMultiplyAdd(x0, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x0, b1, c01);
            Vector512<float> x1 = Vector512.Create(a1[i]);
            c10 = Avx512F.FusedMultiplyAdd(x1, b0, c10);
            c11 = Avx512F.FusedMultiplyAdd(x1, b1, c11);
            Vector512<float> x2 = Vector512.Create(a2[i]);
            c20 = Avx512F.FusedMultiplyAdd(x2, b0, c20);
            c21 = Avx512F.FusedMultiplyAdd(x2, b1, c21);
        }

        c00.Store(c);
        c01.Store(c + 16);
        c10.Store(c + ldc);
        c11.Store(c + ldc + 16);
        c20.Store(c + 2 * ldc);
        c21.Store(c + 2 * ldc + 16);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide1x32(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, nint ahead)
    {
        Vector512<float> c00 = default, c01 = default;
        if (add)
        {
            c00 = Vector512.Load(c);
            c01 = Vector512.Load(c + 16);
        }

        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            if (TNumber.IsStored) Ahead(b + ahead, 32);
            Vector512<float> b0 = TNumber.Wide(b), b1 = TNumber.Wide(b + 16 * TNumber.Size);
            Vector512<float> x0 = Vector512.Create(a[i]);
            c00 = Avx512F.FusedMultiplyAdd(x0, b0, c00);
            c01 = Avx512F.FusedMultiplyAdd(x0, b1, c01);
        }

        c00.Store(c);
        c01.Store(c + 16);
    }
}
