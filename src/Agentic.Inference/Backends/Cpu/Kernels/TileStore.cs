using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>Writes 16 results of a tile to their row: bias first, then what was there.</summary>
internal static unsafe class TileStore
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(float* tile, float* target, float* bias, bool accumulate, int valid)
    {
        if (valid < 16)
        {
            Tail(tile, target, bias, accumulate, valid);
            return;
        }

        Vector256<float> low = Vector256.Load(tile), high = Vector256.Load(tile + 8);
        if (bias != null)
        {
            low += Vector256.Load(bias);
            high += Vector256.Load(bias + 8);
        }

        if (accumulate)
        {
            low = Vector256.Load(target) + low;
            high = Vector256.Load(target + 8) + high;
        }

        low.Store(target);
        high.Store(target + 8);
    }

    private static void Tail(float* tile, float* target, float* bias, bool accumulate, int valid)
    {
        for (int i = 0; i < valid; i++)
        {
            float value = bias == null ? tile[i] : tile[i] + bias[i];
            target[i] = accumulate ? target[i] + value : value;
        }
    }
}
