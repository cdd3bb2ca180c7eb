using System.Runtime.CompilerServices;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Backends.Cpu.Panels;

/// <summary>Converts 16 rows of a file's matrix into one panel. Rows beyond the last are zero.</summary>
internal static unsafe class PanelPacker
{
    /// <summary>Packs <paramref name="rows"/> (1–16) rows of <paramref name="columns"/> that lie one after the other at <paramref name="source"/>.</summary>
    public static void Pack(GgmlType type, byte* source, int rows, int columns, byte* panel)
    {
        PanelKind kind = PanelLayout.KindOf(type) ?? throw new NotSupportedException($"no panels for {type}");
        if (rows < PanelLayout.Rows) new Span<byte>(panel, checked((int)PanelLayout.PanelBytes(kind, columns))).Clear();
        switch (kind)
        {
            case PanelKind.Float32: Transpose((uint*)source, rows, columns, (uint*)panel); break;
            case PanelKind.Float16 or PanelKind.BFloat16: Transpose((ushort*)source, rows, columns, (ushort*)panel); break;
            default: PackCodes(type, kind, source, rows, columns, panel); break;
        }
    }

    private static void Transpose<T>(T* source, int rows, int columns, T* panel)
        where T : unmanaged
    {
        for (int k = 0; k < columns; k++)
        {
            for (int row = 0; row < rows; row++) panel[k * PanelLayout.Rows + row] = source[(long)row * columns + k];
        }
    }

    private static void PackCodes(GgmlType type, PanelKind kind, byte* source, int rows, int columns, byte* panel)
    {
        (int blockColumns, int blockBytes) = BlockCodesReader.BlockOf(type);
        int perBlock = blockColumns / PanelLayout.Block, fileBlocks = columns / blockColumns;
        int panelBlock = PanelLayout.BlockBytes(kind);
        bool direct = type is GgmlType.Q4_0 or GgmlType.Q4_1 or GgmlType.Q8_0;
        BlockCodes* codes = stackalloc BlockCodes[8];
        for (int row = 0; row < rows; row++)
        {
            byte* block = source + (long)row * fileBlocks * blockBytes;
            byte* target = panel;
            for (int f = 0; f < fileBlocks; f++, block += blockBytes)
            {
                if (direct)
                {
                    Direct(type, block, row, target);
                    target += panelBlock;
                    continue;
                }

                BlockCodesReader.Decode(type, block, codes);
                for (int i = 0; i < perBlock; i++, target += panelBlock) Store(kind, codes + i, row, target);
            }
        }
    }

    /// <summary>The types of this project's usual models, whose four-byte groups are those of the panel.</summary>
    private static void Direct(GgmlType type, byte* block, int row, byte* target)
    {
        float scale = HalfToSingle(Unsafe.ReadUnaligned<ushort>(block));
        uint* words = (uint*)target + row;
        if (type == GgmlType.Q8_0)
        {
            for (int g = 0; g < 8; g++) words[16 * g] = Unsafe.ReadUnaligned<uint>(block + 2 + 4 * g) ^ 0x80808080;
            ((float*)(target + 512))[row] = scale;
            return;
        }

        byte* q = block + (type == GgmlType.Q4_1 ? 4 : 2);
        for (int g = 0; g < 4; g++) words[16 * g] = Unsafe.ReadUnaligned<uint>(q + 4 * g);
        ((float*)(target + 256))[row] = scale;
        ((float*)(target + 320))[row] = type == GgmlType.Q4_1 ? HalfToSingle(Unsafe.ReadUnaligned<ushort>(block + 2)) : -8 * scale;
    }

    private static void Store(PanelKind kind, BlockCodes* codes, int row, byte* target)
    {
        uint* words = (uint*)target + row;
        uint* source = (uint*)codes->Codes;
        bool nibbles = PanelLayout.CodeBytes(kind) == 256;
        for (int g = 0; g < (nibbles ? 4 : 8); g++) words[16 * g] = nibbles ? source[g] | source[g + 4] << 4 : source[g];
        float* f = (float*)(target + PanelLayout.CodeBytes(kind));
        int scales = PanelLayout.Scales(kind);
        for (int s = 0; s < scales; s++)
        {
            f[16 * s + row] = codes->Scale[s];
            if (PanelLayout.HasMinimum(kind)) f[16 * (scales + s) + row] = codes->Minimum[s];
        }
    }

    /// <summary>IEEE half to single in integer arithmetic and one multiplication, subnormals included; infinities become 65536 and above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float HalfToSingle(ushort half) =>
        BitConverter.UInt32BitsToSingle((uint)(half & 0x7FFF) << 13 | (uint)(half & 0x8000) << 16) * 5.192296858534828e33f;
}
