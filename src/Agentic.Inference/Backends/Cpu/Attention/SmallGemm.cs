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
internal static unsafe partial class SmallGemm<TNumber>
    where TNumber : struct, IStoredNumber
{
    /// <summary><paramref name="n"/> is a multiple of 16. While B is read, what lies <paramref name="ahead"/> bytes behind it is asked for.</summary>
    public static void Run(float* a, int lda, int m, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, nint ahead = 0)
    {
        if (Avx512F.IsSupported) Wide(a, lda, m, b, ldb, k, n, c, ldc, add, ahead);
        else Narrow(a, lda, m, b, ldb, k, n, c, ldc, add, ahead);
    }

    private static void Wide(float* a, int lda, int m, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, nint ahead)
    {
        int i = 0;
        for (; m - i >= 6; i += 6) Row6(a + i * lda, lda, b, ldb, k, n, c + i * ldc, ldc, add, ahead);
        for (; m - i >= 3; i += 3) Row3(a + i * lda, lda, b, ldb, k, n, c + i * ldc, ldc, add, ahead);
        for (; i < m; i++) Row1(a + i * lda, lda, b, ldb, k, n, c + i * ldc, ldc, add, ahead);
    }

    private static void Row6(float* a, int lda, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, nint ahead)
    {
        int j = 0;
        for (; n - j >= 64; j += 64) Wide6x64(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, ahead);
        for (; n - j >= 32; j += 32) Wide6x32(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, ahead);
        for (; j < n; j += 16) Wide6x16(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, ahead);
    }

    private static void Row3(float* a, int lda, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, nint ahead)
    {
        int j = 0;
        for (; n - j >= 64; j += 64) Wide3x64(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, ahead);
        for (; n - j >= 32; j += 32) Wide3x32(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, ahead);
        for (; j < n; j += 16) Wide3x16(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, ahead);
    }

    private static void Row1(float* a, int lda, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, nint ahead)
    {
        int j = 0;
        for (; n - j >= 64; j += 64) Wide1x64(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, ahead);
        for (; n - j >= 32; j += 32) Wide1x32(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, ahead);
        for (; j < n; j += 16) Wide1x16(a, lda, b + j * TNumber.Size, ldb, k, c + j, ldc, add, ahead);
    }

    private static void Narrow(float* a, int lda, int m, byte* b, int ldb, int k, int n, float* c, int ldc, bool add, nint ahead)
    {
        int i = 0;
        for (; m - i >= 3; i += 3)
        {
            for (int j = 0; j < n; j += 16) Narrow3(a + i * lda, lda, b + j * TNumber.Size, ldb, k, c + i * ldc + j, ldc, add, ahead);
        }

        for (; i < m; i++)
        {
            for (int j = 0; j < n; j += 16) Narrow1(a + i * lda, b + j * TNumber.Size, ldb, k, c + i * ldc + j, add, ahead);
        }
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow3(float* a, int lda, byte* b, int ldb, int k, float* c, int ldc, bool add, nint ahead)
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
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            if (TNumber.IsStored) Ahead(b + ahead, 16);
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
    private static void Narrow1(float* a, byte* b, int ldb, int k, float* c, bool add, nint ahead)
    {
        Vector256<float> c0 = add ? Vector256.Load(c) : default, c1 = add ? Vector256.Load(c + 8) : default;
        for (int i = 0; i < k; i++, b += ldb * TNumber.Size)
        {
            if (TNumber.IsStored) Ahead(b + ahead, 16);
            Vector256<float> x = Vector256.Create(a[i]);
            c0 = Vector256.MultiplyAddEstimate(x, TNumber.Narrow(b), c0);
            c1 = Vector256.MultiplyAddEstimate(x, TNumber.Narrow(b + 8 * TNumber.Size), c1);
        }

        c0.Store(c);
        c1.Store(c + 8);
    }

    /// <summary>Numbers that will be read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ahead(byte* p, int count)
    {
        Prefetch.Line(p);
        if (count * TNumber.Size > 64) Prefetch.Line(p + 64);
    }
}
