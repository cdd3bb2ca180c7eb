using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Agentic.Inference.Backends.Cpu.Kernels;

namespace Agentic.Inference.Backends.Cpu.Panels;

/// <summary>Weights of a panel as floats: all of it for float products, or one row for embeddings.</summary>
internal static unsafe class PanelReader
{
    /// <summary>Expands a panel to [column][16 rows].</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Expand(PanelKind kind, byte* panel, int columns, float* target)
    {
        switch (kind)
        {
            case PanelKind.Float32:
                Buffer.MemoryCopy(panel, target, (long)columns * 64, (long)columns * 64);
                break;
            case PanelKind.Float16:
                HalfConverter.ToSingle((ushort*)panel, target, columns * PanelLayout.Rows);
                break;
            case PanelKind.BFloat16:
                for (int i = 0; i < columns * PanelLayout.Rows; i += 16)
                {
                    Vector256<ushort> v = Vector256.Load((ushort*)panel + i);
                    (Vector256.WidenLower(v) << 16).AsSingle().Store(target + i);
                    (Vector256.WidenUpper(v) << 16).AsSingle().Store(target + i + 8);
                }

                break;
            default:
                ExpandCodes(kind, panel, columns / PanelLayout.Block, target);
                break;
        }
    }

    /// <summary>One row as floats, times a factor.</summary>
    public static void ReadRow(PanelKind kind, byte* panel, int row, int columns, float* target, float factor)
    {
        switch (kind)
        {
            case PanelKind.Float32:
                for (int k = 0; k < columns; k++) target[k] = ((float*)panel)[k * 16 + row] * factor;
                return;
            case PanelKind.Float16:
                for (int k = 0; k < columns; k++) target[k] = (float)((Half*)panel)[k * 16 + row] * factor;
                return;
            case PanelKind.BFloat16:
                for (int k = 0; k < columns; k++) target[k] = BitConverter.UInt32BitsToSingle((uint)((ushort*)panel)[k * 16 + row] << 16) * factor;
                return;
        }

        bool nibbles = PanelLayout.CodeBytes(kind) == 256, minima = PanelLayout.HasMinimum(kind);
        int scales = PanelLayout.Scales(kind), offset = PanelLayout.Offset(kind), blockBytes = PanelLayout.BlockBytes(kind);
        for (int b = 0; b < columns / PanelLayout.Block; b++, panel += blockBytes)
        {
            float* f = (float*)(panel + PanelLayout.CodeBytes(kind)) + row;
            for (int k = 0; k < 32; k++)
            {
                int half = scales == 2 ? k / 16 : 0;
                int code = nibbles
                    ? panel[64 * (k / 4 % 4) + 4 * row + k % 4] >> (k < 16 ? 0 : 4) & 15
                    : panel[64 * (k / 4) + 4 * row + k % 4];
                float value = f[16 * half] * (code - offset);
                if (minima) value += f[16 * (scales + half)];
                target[32 * b + k] = value * factor;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ExpandCodes(PanelKind kind, byte* panel, int blocks, float* target)
    {
        bool nibbles = PanelLayout.CodeBytes(kind) == 256, minima = PanelLayout.HasMinimum(kind);
        int scales = PanelLayout.Scales(kind), codeBytes = PanelLayout.CodeBytes(kind), blockBytes = PanelLayout.BlockBytes(kind);
        Vector256<float> offset = Vector256.Create((float)PanelLayout.Offset(kind));
        Vector256<int> mask = Vector256.Create(nibbles ? 15 : 255);
        for (int b = 0; b < blocks; b++, panel += blockBytes, target += 32 * 16)
        {
            for (int part = 0; part < 2; part++)
            {
                float* f = (float*)(panel + codeBytes) + 8 * part;
                for (int g = 0; g < 8; g++)
                {
                    int half = scales == 2 ? g / 4 : 0;
                    Vector256<float> d = Vector256.Load(f + 16 * half);
                    Vector256<float> m = minima ? Vector256.Load(f + 16 * (scales + half)) : Vector256<float>.Zero;
                    Vector256<int> words = Vector256.Load((int*)(panel + 64 * (nibbles ? g % 4 : g) + 32 * part));
                    if (nibbles && g >= 4) words = words >>> 4;
                    for (int i = 0; i < 4; i++, words = words >>> 8)
                        (d * (Vector256.ConvertToSingle(words & mask) - offset) + m).Store(target + (4 * g + i) * 16 + 8 * part);
                }
            }
        }
    }
}
