using System.Runtime.CompilerServices;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>Puts a step's keys and values into their pages.</summary>
internal static unsafe class KvWriter
{
    private const int PageTokens = KvPageFormat.PageTokens;
    private const int Chunk = 128;

    /// <summary>One row of a sequence: all KV heads. <paramref name="row"/> points at the row's first element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(CpuKvPool pool, int layer, int page, int token, float* row, int keyOffset, int valueOffset, int plane)
    {
        KvPageFormat format = pool.Format;
        for (int head = 0; head < format.KvHeads; head++)
        {
            float* key = row + keyOffset + head * format.KeyDim, value = row + valueOffset + head * format.ValueDim;
            byte* keys = pool.Keys(layer, page, head, plane), values = pool.Values(layer, page, head);
            switch (format.Type)
            {
                case KvType.Float16:
                    Halves(key, format.KeyDim, (ushort*)keys + token);
                    HalfConverter.FromSingle(value, (ushort*)values + token * pool.ValueWidth, format.ValueDim);
                    break;
                case KvType.Q8_0:
                    Codes(key, format.KeyDim, keys + token, (ushort*)(keys + format.KeyDim * PageTokens) + token);
                    BlockQuantiser.Quantise(
                        value, format.ValueDim, values + token * pool.ValueWidth, (ushort*)(values + PageTokens * pool.ValueWidth) + token * KvNumbers.Blocks(format.ValueDim));
                    break;
                default:
                    float* k = (float*)keys + token, v = (float*)values + token * pool.ValueWidth;
                    for (int i = 0; i < format.KeyDim; i++) k[i * PageTokens] = key[i];
                    for (int i = 0; i < format.ValueDim; i++) v[i] = value[i];
                    break;
            }
        }
    }

    [SkipLocalsInit]
    private static void Halves(float* key, int width, ushort* column)
    {
        ushort* halves = stackalloc ushort[Chunk];
        for (int i = 0; i < width; i += Chunk)
        {
            int count = Math.Min(Chunk, width - i);
            HalfConverter.FromSingle(key + i, halves, count);
            for (int j = 0; j < count; j++) column[(i + j) * PageTokens] = halves[j];
        }
    }

    [SkipLocalsInit]
    private static void Codes(float* key, int width, byte* column, ushort* scales)
    {
        byte* codes = stackalloc byte[Chunk];
        ushort* parts = stackalloc ushort[Chunk / KvNumbers.BlockSize];
        for (int i = 0; i < width; i += Chunk)
        {
            int count = Math.Min(Chunk, width - i);
            BlockQuantiser.Quantise(key + i, count, codes, parts);
            for (int j = 0; j < count; j++) column[(i + j) * PageTokens] = codes[j];
            for (int b = 0; b < KvNumbers.Blocks(count); b++) scales[(i / KvNumbers.BlockSize + b) * PageTokens] = parts[b];
        }
    }
}
