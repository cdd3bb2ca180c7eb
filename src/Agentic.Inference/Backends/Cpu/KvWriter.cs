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
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(CpuKvPool pool, int layer, int page, int token, float* row, int keyOffset, int valueOffset, int plane)
    {
        KvPageFormat format = pool.Format;
        ushort* halves = stackalloc ushort[Chunk];
        for (int head = 0; head < format.KvHeads; head++)
        {
            float* key = row + keyOffset + head * format.KeyDim, value = row + valueOffset + head * format.ValueDim;
            byte* keys = pool.Keys(layer, page, head, plane), values = pool.Values(layer, page, head);
            if (pool.Half)
            {
                HalfConverter.FromSingle(value, (ushort*)values + token * pool.ValueWidth, format.ValueDim);
                ushort* k = (ushort*)keys + token;
                for (int i = 0; i < format.KeyDim; i += Chunk)
                {
                    int count = Math.Min(Chunk, format.KeyDim - i);
                    HalfConverter.FromSingle(key + i, halves, count);
                    for (int j = 0; j < count; j++) k[(i + j) * PageTokens] = halves[j];
                }
            }
            else
            {
                float* k = (float*)keys + token, v = (float*)values + token * pool.ValueWidth;
                for (int i = 0; i < format.KeyDim; i++) k[i * PageTokens] = key[i];
                for (int i = 0; i < format.ValueDim; i++) v[i] = value[i];
            }
        }
    }
}
