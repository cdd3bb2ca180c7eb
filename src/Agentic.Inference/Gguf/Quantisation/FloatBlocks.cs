using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Agentic.Inference.Gguf.Quantisation;

/// <summary>Unquantised elements: little-endian IEEE single, IEEE half, bfloat16.</summary>
internal static class FloatBlocks
{
    /// <summary>The half at the start of <paramref name="bytes"/>, widened exactly.</summary>
    public static float Half(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);

    public static void DecodeF32(ReadOnlySpan<byte> source, Span<float> target)
    {
        if (BitConverter.IsLittleEndian)
        {
            source.CopyTo(MemoryMarshal.AsBytes(target));
            return;
        }

        for (var i = 0; i < target.Length; i++)
        {
            target[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(i * 4)..]);
        }
    }

    public static void DecodeF16(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = Half(source[(i * 2)..]);
        }
    }

    public static void DecodeBF16(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(source[(i * 2)..]) << 16);
        }
    }
}
