using Agentic.Inference.Gguf.Quantisation;

namespace Agentic.Inference.Gguf;

/// <summary>
/// Turns stored blocks into float32, bit for bit as the format's reference does: scale product first, then quant, then minimum, each rounded
/// to float32 and never fused. The definition that fast kernels are held against. Thread-safe.
/// </summary>
public static class Dequantizer
{
    /// <summary>Decodes whole blocks.</summary>
    /// <param name="type">A type for which <see cref="GgmlTypes.IsSupported"/> holds.</param>
    /// <param name="source">Exactly the blocks of <paramref name="target"/>'s values, in file layout.</param>
    /// <param name="target">Receives the values; its length is a multiple of the block size.</param>
    /// <exception cref="ArgumentException">The lengths do not match.</exception>
    /// <exception cref="NotSupportedException">The type cannot be decoded.</exception>
    public static void Dequantize(GgmlType type, ReadOnlySpan<byte> source, Span<float> target)
    {
        if (!GgmlTypes.IsSupported(type))
        {
            throw new NotSupportedException($"Tensors of type {GgmlTypes.Name(type)} cannot be decoded.");
        }

        if (source.Length != GgmlTypes.Bytes(type, target.Length))
        {
            throw new ArgumentException($"{target.Length} values of {GgmlTypes.Name(type)} take {GgmlTypes.Bytes(type, target.Length)} bytes, not {source.Length}.", nameof(source));
        }

        switch (type)
        {
            case GgmlType.F32: FloatBlocks.DecodeF32(source, target); break;
            case GgmlType.F16: FloatBlocks.DecodeF16(source, target); break;
            case GgmlType.BF16: FloatBlocks.DecodeBF16(source, target); break;
            case GgmlType.Q4_0: SimpleBlocks.DecodeQ4_0(source, target); break;
            case GgmlType.Q4_1: SimpleBlocks.DecodeQ4_1(source, target); break;
            case GgmlType.Q5_0: SimpleBlocks.DecodeQ5_0(source, target); break;
            case GgmlType.Q5_1: SimpleBlocks.DecodeQ5_1(source, target); break;
            case GgmlType.Q8_0: SimpleBlocks.DecodeQ8_0(source, target); break;
            case GgmlType.Q2_K: LowKBlocks.DecodeQ2_K(source, target); break;
            case GgmlType.Q3_K: LowKBlocks.DecodeQ3_K(source, target); break;
            case GgmlType.Q4_K: HighKBlocks.DecodeQ4_K(source, target); break;
            case GgmlType.Q5_K: HighKBlocks.DecodeQ5_K(source, target); break;
            case GgmlType.Q6_K: HighKBlocks.DecodeQ6_K(source, target); break;
            case GgmlType.IQ4_NL: TableBlocks.DecodeIQ4_NL(source, target); break;
            case GgmlType.IQ4_XS: TableBlocks.DecodeIQ4_XS(source, target); break;
            case GgmlType.MXFP4: TableBlocks.DecodeMXFP4(source, target); break;
        }
    }
}
