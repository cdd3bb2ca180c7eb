using System.Buffers.Binary;

namespace Agentic.Inference.KvCache;

/// <summary>
/// How a key or value vector becomes bytes, little-endian: the numbers one after the other (IEEE single or half), or blocks of 32 numbers, the
/// last one shorter when the width is no multiple of 32, each a half scale d followed by the codes (ggml's Q8_0).
/// </summary>
/// <remarks>
/// A block never crosses a vector, so what is stored of a token depends on that token alone. d is the half nearest to largest magnitude / 127;
/// a code is the integer nearest to x · (1 / d), ties to even, within ±127. The value of a code is the single d · code, which is exact (11 and
/// 7 bits). Magnitudes beyond the largest half's are cut to what can be stored; a NaN makes its whole block NaN.
/// </remarks>
internal static class KvNumbers
{
    /// <summary>Numbers that share a scale.</summary>
    public const int BlockSize = 32;

    /// <summary>The largest finite half.</summary>
    public const float LargestHalf = 65504;

    /// <summary>The largest code.</summary>
    public const int LargestCode = 127;

    /// <summary>Blocks of a vector.</summary>
    public static int Blocks(int width) => (width + BlockSize - 1) / BlockSize;

    /// <summary>Bytes of a vector.</summary>
    public static int Bytes(KvType type, int width) => type switch
    {
        KvType.Float32 => width * sizeof(float),
        KvType.Float16 => width * 2,
        KvType.Q8_0 => width + 2 * Blocks(width),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Stores a vector.</summary>
    public static void Encode(KvType type, ReadOnlySpan<float> values, Span<byte> bytes)
    {
        switch (type)
        {
            case KvType.Float32:
                for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes[(4 * i)..], values[i]);
                break;
            case KvType.Float16:
                for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteHalfLittleEndian(bytes[(2 * i)..], (Half)Math.Clamp(values[i], -LargestHalf, LargestHalf));
                break;
            default:
                for (; values.Length > 0; values = values[Math.Min(BlockSize, values.Length)..])
                {
                    int count = Math.Min(BlockSize, values.Length);
                    BinaryPrimitives.WriteHalfLittleEndian(bytes, Quantise(values[..count], bytes.Slice(2, count)));
                    bytes = bytes[(2 + count)..];
                }

                break;
        }
    }

    /// <summary>Reads a vector.</summary>
    public static void Decode(KvType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case KvType.Float32:
                for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                break;
            case KvType.Float16:
                for (int i = 0; i < values.Length; i++) values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
                break;
            default:
                for (; values.Length > 0; values = values[Math.Min(BlockSize, values.Length)..])
                {
                    int count = Math.Min(BlockSize, values.Length);
                    float scale = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);
                    for (int i = 0; i < count; i++) values[i] = scale * (sbyte)bytes[2 + i];
                    bytes = bytes[(2 + count)..];
                }

                break;
        }
    }

    /// <summary>Codes of a block; returns the scale.</summary>
    public static Half Quantise(ReadOnlySpan<float> values, Span<byte> codes)
    {
        float largest = 0;
        foreach (float value in values) largest = MathF.Max(largest, MathF.Abs(value)); // keeps a NaN
        Half scale = Scale(largest);
        float inverse = Inverse(scale);
        for (int i = 0; i < values.Length; i++)
            codes[i] = inverse == 0 ? (byte)0 : (byte)(sbyte)Math.Clamp(MathF.Round(values[i] * inverse), -LargestCode, LargestCode);
        return scale;
    }

    /// <summary>The scale of a block by its largest magnitude.</summary>
    public static Half Scale(float largest) => (Half)MathF.Min(largest / LargestCode, LargestHalf);

    /// <summary>1 / scale; 0, which makes all codes 0, for a scale of 0 or NaN.</summary>
    public static float Inverse(Half scale) => scale > Half.Zero ? 1 / (float)scale : 0;
}
