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
                    KeyCodes(key, format.KeyDim, keys, token);
                    ValueCodes(value, format.ValueDim, pool.ValueWidth, values, token);
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
    private static void KeyCodes(float* key, int width, byte* page, int token)
    {
        byte* codes = stackalloc byte[KvNumbers.BlockSize], column = page + token;
        var scales = (ushort*)(page + width * PageTokens);
        for (int i = 0; i < width; i += KvNumbers.BlockSize, scales += PageTokens)
        {
            int count = Math.Min(KvNumbers.BlockSize, width - i);
            scales[token] = BlockQuantiser.Quantise(key + i, count, codes);
            for (int j = 0; j < count; j++) column[(i + j) * PageTokens] = codes[j];
        }
    }

    private static void ValueCodes(float* value, int dim, int width, byte* page, int token)
    {
        byte* row = page + token * width;
        var scales = (ushort*)(page + width * PageTokens);
        for (int i = 0; i < dim; i += KvNumbers.BlockSize, scales += PageTokens)
            scales[token] = BlockQuantiser.Quantise(value + i, Math.Min(KvNumbers.BlockSize, dim - i), row + i);
    }
}
