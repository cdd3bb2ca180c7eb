using System.Runtime.Intrinsics.X86;
using Agentic.Inference.Backends.Cpu.Panels;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>The integer tiles that this processor runs best, by panel kind and rows of activations.</summary>
internal static unsafe class KernelTable
{
    /// <summary>What the tiles use, for people.</summary>
    public static string InstructionSet =>
        Avx512BW.IsSupported ? (AvxVnni.IsSupported ? "AVX-512 + VNNI" : "AVX-512")
        : Avx2.IsSupported && Fma.IsSupported ? (AvxVnni.IsSupported ? "AVX2 + VNNI" : "AVX2")
        : "portable";

    /// <summary>The tile for a kind of panel and 4, 2 or 1 rows of activations.</summary>
    public static delegate*<byte*, byte*, int, float*, void> Integer(PanelKind kind, int tileRows) => kind switch
    {
        PanelKind.Nibble => Pick<NibblePanel>(tileRows),
        PanelKind.NibbleHalf => Pick<NibbleHalfPanel>(tileRows),
        PanelKind.Byte5 => Pick<Byte5Panel>(tileRows),
        PanelKind.Byte6Half => Pick<Byte6HalfPanel>(tileRows),
        PanelKind.Byte8 => Pick<Byte8Panel>(tileRows),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static delegate*<byte*, byte*, int, float*, void> Pick<TPanel>(int tileRows)
        where TPanel : struct, IIntPanel
    {
        // Codes of 8 bits overflow 16-bit sums and must be split in planes; byte dot products of half the width beat that.
        bool wide = Avx512BW.IsSupported && !(TPanel.Group == 0 && AvxVnni.IsSupported);
        if (wide)
        {
            return tileRows switch { 4 => &IntTile512<TPanel>.Tile4, 2 => &IntTile512<TPanel>.Tile2, _ => &IntTile512<TPanel>.Tile1 };
        }

        if (Avx2.IsSupported && Fma.IsSupported)
        {
            return tileRows switch { 4 => &IntTile256<TPanel>.Tile4, 2 => &IntTile256<TPanel>.Tile2, _ => &IntTile256<TPanel>.Tile1 };
        }

        return tileRows switch { 4 => &IntTilePortable<TPanel>.Tile4, 2 => &IntTilePortable<TPanel>.Tile2, _ => &IntTilePortable<TPanel>.Tile1 };
    }
}
