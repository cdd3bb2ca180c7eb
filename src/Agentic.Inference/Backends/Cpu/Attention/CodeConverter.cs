using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>Pages of 8-bit blocks (see <see cref="CpuKvPool"/>) to singles: scale · code, which is exact.</summary>
internal static unsafe class CodeConverter
{
    private const int PageTokens = KvPageFormat.PageTokens;

    /// <summary>[dim][64 tokens], all of a page.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Keys(byte* page, int dim, float* target)
    {
        var scales = (ushort*)(page + dim * PageTokens);
        for (int d = 0; d < dim; scales += PageTokens)
        {
            Vector512<float> s0 = Scale(scales), s1 = Scale(scales + 16), s2 = Scale(scales + 32), s3 = Scale(scales + 48);
            for (int end = Math.Min(d + KvNumbers.BlockSize, dim); d < end; d++, page += PageTokens, target += PageTokens)
            {
                (Codes(page) * s0).Store(target);
                (Codes(page + 16) * s1).Store(target + 16);
                (Codes(page + 32) * s2).Store(target + 32);
                (Codes(page + 48) * s3).Store(target + 48);
            }
        }
    }

    /// <summary>[tokens][width], the first <paramref name="tokens"/> of a page; width a multiple of 16.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values(byte* page, int tokens, int width, float* target)
    {
        int blocks = KvNumbers.Blocks(width);
        float* scales = stackalloc float[PageTokens * blocks];
        Scales((ushort*)(page + PageTokens * width), PageTokens * blocks, scales);
        for (int t = 0; t < tokens; t++, scales += blocks)
        {
            for (int i = 0; i < width; i += 16, page += 16, target += 16) (Codes(page) * scales[i / KvNumbers.BlockSize]).Store(target);
        }
    }

    /// <summary>Halves to singles, a multiple of 16 of them; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales(ushort* source, int count, float* target)
    {
        for (int i = 0; i < count; i += 16) Scale(source + i).Store(target + i);
    }

    /// <summary>16 scales; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scale(ushort* p)
    {
        Vector512<float> scale = HalfConverter.ToSingle(Vector256.Load(p));
        return Vector512.ConditionalSelect(Vector512.GreaterThan(scale, Vector512.Create(KvNumbers.LargestHalf)), Vector512.Create(float.NaN), scale);
    }

    /// <summary>16 codes as singles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Codes(byte* p) => Vector512.ConvertToSingle(
        Avx512F.IsSupported ? Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)p))
        : Avx2.IsSupported ? Vector512.Create(Avx2.ConvertToVector256Int32((sbyte*)p), Avx2.ConvertToVector256Int32((sbyte*)p + 8))
        : Vector512.WidenLower(Vector256.WidenLower(Vector128.Load((sbyte*)p).ToVector256Unsafe()).ToVector512Unsafe()));
}
