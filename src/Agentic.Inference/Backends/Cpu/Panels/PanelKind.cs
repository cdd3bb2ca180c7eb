namespace Agentic.Inference.Backends.Cpu.Panels;

/// <summary>
/// The few layouts that every GGUF type is converted into at upload. A panel is 16 rows (outputs); quantised panels go in blocks of 32 columns,
/// in which the codes of 16 rows × 4 columns lie side by side: one 512-bit vector, or two 256-bit ones of 8 rows.
/// A weight is <c>scale · code + minimum</c> with unsigned codes.
/// </summary>
internal enum PanelKind
{
    /// <summary>4-bit codes, a scale and a minimum per 32 columns.</summary>
    Nibble,

    /// <summary>4-bit codes, a scale and a minimum per 16 columns.</summary>
    NibbleHalf,

    /// <summary>Codes up to 31 in bytes, a scale and a minimum per 32 columns.</summary>
    Byte5,

    /// <summary>Codes up to 63 in bytes (minimum −32 · scale), a scale per 16 columns.</summary>
    Byte6Half,

    /// <summary>Codes up to 255 in bytes (minimum −128 · scale), a scale per 32 columns.</summary>
    Byte8,

    /// <summary>IEEE single, [column][16 rows].</summary>
    Float32,

    /// <summary>IEEE half, [column][16 rows].</summary>
    Float16,

    /// <summary>bfloat16, [column][16 rows].</summary>
    BFloat16,
}
