using Agentic.Inference.Gguf;

namespace Agentic.Inference.Backends.Cpu.Panels;

/// <summary>Sizes of panel kinds, and which kind a GGUF type becomes.</summary>
internal static class PanelLayout
{
    /// <summary>Rows of a panel.</summary>
    public const int Rows = 16;

    /// <summary>Columns of a quantised block.</summary>
    public const int Block = 32;

    /// <summary>The kind for a type; null when the type is not supported.</summary>
    public static PanelKind? KindOf(GgmlType type) => type switch
    {
        GgmlType.F32 => PanelKind.Float32,
        GgmlType.F16 => PanelKind.Float16,
        GgmlType.BF16 => PanelKind.BFloat16,
        GgmlType.Q4_0 or GgmlType.Q4_1 or GgmlType.Q4_K => PanelKind.Nibble,
        GgmlType.Q2_K or GgmlType.Q3_K => PanelKind.NibbleHalf,
        GgmlType.Q5_0 or GgmlType.Q5_1 or GgmlType.Q5_K or GgmlType.MXFP4 => PanelKind.Byte5,
        GgmlType.Q6_K => PanelKind.Byte6Half,
        GgmlType.Q8_0 or GgmlType.IQ4_NL or GgmlType.IQ4_XS => PanelKind.Byte8,
        _ => null,
    };

    /// <summary>Whether weights are codes with scales.</summary>
    public static bool IsQuantised(PanelKind kind) => kind < PanelKind.Float32;

    /// <summary>Bytes of a block of 16 rows × 32 columns: codes, scales, minima.</summary>
    public static int BlockBytes(PanelKind kind) => kind switch
    {
        PanelKind.Nibble => 256 + 128,
        PanelKind.NibbleHalf => 256 + 256,
        PanelKind.Byte5 => 512 + 128,
        PanelKind.Byte6Half => 512 + 128,
        PanelKind.Byte8 => 512 + 64,
        PanelKind.Float32 => Rows * Block * 4,
        _ => Rows * Block * 2,
    };

    /// <summary>Bytes of codes in a block.</summary>
    public static int CodeBytes(PanelKind kind) => kind is PanelKind.Nibble or PanelKind.NibbleHalf ? 256 : 512;

    /// <summary>Scales per row in a block: one for 32 columns, or two.</summary>
    public static int Scales(PanelKind kind) => kind is PanelKind.NibbleHalf or PanelKind.Byte6Half ? 2 : 1;

    /// <summary>Whether minima are stored; otherwise they are −<see cref="Offset"/> · scale.</summary>
    public static bool HasMinimum(PanelKind kind) => kind is PanelKind.Nibble or PanelKind.NibbleHalf or PanelKind.Byte5;

    /// <summary>Code that means zero where no minima are stored.</summary>
    public static int Offset(PanelKind kind) => kind switch { PanelKind.Byte6Half => 32, PanelKind.Byte8 => 128, _ => 0 };

    /// <summary>Bytes of a whole panel.</summary>
    public static long PanelBytes(PanelKind kind, int columns) => kind switch
    {
        PanelKind.Float32 => (long)columns * Rows * 4,
        PanelKind.Float16 or PanelKind.BFloat16 => (long)columns * Rows * 2,
        _ => (long)(columns / Block) * BlockBytes(kind),
    };
}
