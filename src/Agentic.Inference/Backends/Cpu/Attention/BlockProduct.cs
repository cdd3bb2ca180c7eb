using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>
/// Products with pages of 8-bit blocks (see <see cref="CpuKvPool"/>): the codes enter as plain numbers, the scales where they cost little: a
/// block of keys yields sums that are then scaled, and probabilities are scaled before they meet a block of values. Whether the codes are
/// widened on the way (<see cref="CodeNumber"/>) or were before (<see cref="SingleNumber"/>) gives the same bits.
/// </summary>
internal static unsafe class BlockProduct<TNumber>
    where TNumber : struct, IStoredNumber
{
    private const int PageTokens = KvPageFormat.PageTokens;
    private const int BlockSize = KvNumbers.BlockSize;

    /// <summary>Scores of 64 keys: rows of queries times codes [dim][64 tokens] with scales [block][64 tokens].</summary>
    [SkipLocalsInit]
    public static void Keys(float* queries, int dim, int rows, byte* codes, ushort* scales, float* scores, int stride, nint ahead)
    {
        float* part = stackalloc float[AttentionKernel.TileRows * PageTokens], scale = stackalloc float[PageTokens];
        for (int d = 0; d < dim; d += BlockSize, scales += PageTokens)
        {
            SmallGemm<TNumber>.Run(queries + d, dim, rows, codes + d * PageTokens * TNumber.Size, PageTokens, Math.Min(BlockSize, dim - d), PageTokens, part, PageTokens, false, ahead);
            Scales(scales, scale, ahead);
            for (int r = 0; r < rows; r++) AddScaled(part + r * PageTokens, scale, scores + r * stride, d > 0);
        }
    }

    /// <summary>Weighted values: rows of 64 probabilities times the first <paramref name="tokens"/> of codes [64 tokens][width] with scales [block][64 tokens].</summary>
    [SkipLocalsInit]
    public static void Values(float* weights, int stride, int rows, byte* codes, ushort* scales, int tokens, int width, float* sums, bool add, nint ahead)
    {
        float* scaled = stackalloc float[AttentionKernel.TileRows * PageTokens], scale = stackalloc float[PageTokens];
        for (int i = 0; i < width; i += BlockSize, scales += PageTokens)
        {
            Scales(scales, scale, ahead);
            for (int r = 0; r < rows; r++) Multiply(weights + r * stride, scale, scaled + r * PageTokens);
            SmallGemm<TNumber>.Run(scaled, PageTokens, rows, codes + i * TNumber.Size, width, tokens, Math.Min(BlockSize, width - i), sums + i, width, add, ahead);
        }
    }

    /// <summary>64 halves to singles; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scales(ushort* source, float* target, nint ahead)
    {
        if (TNumber.IsStored)
        {
            Prefetch.Line((byte*)source + ahead);
            Prefetch.Line((byte*)source + ahead + 64);
        }

        if (Vector512.IsHardwareAccelerated)
        {
            for (int i = 0; i < PageTokens; i += 16)
            {
                Vector512<float> wide = HalfConverter.ToSingle(Vector256.Load(source + i));
                Vector512.ConditionalSelect(Vector512.GreaterThan(wide, Vector512.Create(KvNumbers.LargestHalf)), Vector512.Create(float.NaN), wide).Store(target + i);
            }

            return;
        }

        for (int i = 0; i < PageTokens; i += 8)
        {
            Vector256<float> scale = HalfConverter.ToSingle(Vector128.Load(source + i));
            Vector256.ConditionalSelect(Vector256.GreaterThan(scale, Vector256.Create(KvNumbers.LargestHalf)), Vector256.Create(float.NaN), scale).Store(target + i);
        }
    }

    /// <summary>64 sums, scaled, to the scores or added to them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddScaled(float* part, float* scale, float* target, bool add)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            for (int i = 0; i < PageTokens; i += 16)
            {
                Vector512<float> wide = add ? Vector512.Load(target + i) : default;
                Vector512.MultiplyAddEstimate(Vector512.Load(part + i), Vector512.Load(scale + i), wide).Store(target + i);
            }

            return;
        }

        for (int i = 0; i < PageTokens; i += 8)
        {
            Vector256<float> sum = add ? Vector256.Load(target + i) : default;
            Vector256.MultiplyAddEstimate(Vector256.Load(part + i), Vector256.Load(scale + i), sum).Store(target + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(float* weights, float* scale, float* target)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            for (int i = 0; i < PageTokens; i += 16) (Vector512.Load(weights + i) * Vector512.Load(scale + i)).Store(target + i);
            return;
        }

        for (int i = 0; i < PageTokens; i += 8) (Vector256.Load(weights + i) * Vector256.Load(scale + i)).Store(target + i);
    }
}
