using System.Runtime.CompilerServices;
using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Backends.Cpu;

/// <summary>Puts a step's keys and values into their pages.</summary>
internal static unsafe class KvWriter
{
    private const int PageTokens = KvPageFormat.PageTokens;

    /// <summary>One row of a sequence: all KV heads. <paramref name="row"/> points at the row's first element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(CpuKvPool pool, int layer, int page, int token, float* row, int keyOffset, int valueOffset, int plane)
    {
        KvPageFormat format = pool.Format;
        for (int head = 0; head < format.KvHeads; head++)
        {
            float* key = row + keyOffset + head * format.KeyDim, value = row + valueOffset + head * format.ValueDim;
            byte* keys = pool.Keys(layer, page, head, plane), values = pool.Values(layer, page, head);
            if (pool.Half)
            {
                ushort* k = (ushort*)keys + token, v = (ushort*)values + token * pool.ValueWidth;
                for (int i = 0; i < format.KeyDim; i++) k[i * PageTokens] = HalfConverter.FromSingle(key[i]);
                for (int i = 0; i < format.ValueDim; i++) v[i] = HalfConverter.FromSingle(value[i]);
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
