using System.Runtime.CompilerServices;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>Pages between the layout of <see cref="CpuKvPool"/> and the exchange format of <see cref="DeviceKvPool.ReadPage"/>.</summary>
internal static unsafe class PageExchange
{
    private const int PageTokens = KvPageFormat.PageTokens;

    /// <summary>Copies a page one way or the other.</summary>
    public static void Copy(CpuKvPool pool, int page, byte* bytes, bool toPool)
    {
        KvPageFormat format = pool.Format;
        for (int layer = 0; layer < format.Layers; layer++)
        {
            for (int head = 0; head < format.KvHeads; head++)
            {
                for (int plane = 0; plane < format.KeyPlanes; plane++, bytes += PageTokens * format.KeyBytes)
                    Part(format.Type, pool.Keys(layer, page, head, plane), format.KeyDim, format.KeyDim, 1, PageTokens, bytes, toPool);
                Part(format.Type, pool.Values(layer, page, head), format.ValueDim, pool.ValueWidth, pool.ValueWidth, 1, bytes, toPool);
                bytes += PageTokens * format.ValueBytes;
            }
        }
    }

    /// <summary>64 vectors whose numbers lie in the pool at token · <paramref name="tokenStep"/> + dimension · <paramref name="dimStep"/>.</summary>
    private static void Part(KvType type, byte* stored, int dim, int width, int tokenStep, int dimStep, byte* bytes, bool toPool)
    {
        if (type == KvType.Float32) Numbers((uint*)stored, dim, tokenStep, dimStep, (uint*)bytes, toPool);
        else if (type == KvType.Float16) Numbers((ushort*)stored, dim, tokenStep, dimStep, (ushort*)bytes, toPool);
        else Blocks(stored, (ushort*)(stored + width * PageTokens), dim, tokenStep, dimStep, bytes, toPool);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Numbers<T>(T* stored, int dim, int tokenStep, int dimStep, T* bytes, bool toPool)
        where T : unmanaged
    {
        for (int t = 0; t < PageTokens; t++, stored += tokenStep, bytes += dim)
        {
            if (toPool)
            {
                for (int d = 0; d < dim; d++) stored[d * dimStep] = bytes[d];
            }
            else
            {
                for (int d = 0; d < dim; d++) bytes[d] = stored[d * dimStep];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Blocks(byte* stored, ushort* scales, int dim, int tokenStep, int dimStep, byte* bytes, bool toPool)
    {
        for (int t = 0; t < PageTokens; t++, stored += tokenStep)
        {
            for (int first = 0; first < dim; first += KvNumbers.BlockSize)
            {
                int count = Math.Min(KvNumbers.BlockSize, dim - first);
                ushort* scale = scales + first / KvNumbers.BlockSize * PageTokens + t;
                if (toPool) *scale = Unsafe.ReadUnaligned<ushort>(bytes);
                else Unsafe.WriteUnaligned(bytes, *scale);
                bytes += 2;
                byte* codes = stored + first * dimStep;
                for (int d = 0; d < count; d++, bytes++)
                {
                    if (toPool) codes[d * dimStep] = *bytes;
                    else *bytes = codes[d * dimStep];
                }
            }
        }
    }
}
