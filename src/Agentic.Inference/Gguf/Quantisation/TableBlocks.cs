using System.Buffers.Binary;

namespace Agentic.Inference.Gguf.Quantisation;

/// <summary>Four-bit codes into a table of values: the non-linear IQ4 forms and the four-bit floats of MXFP4.</summary>
internal static class TableBlocks
{
    /// <summary>Values of the IQ4 codes.</summary>
    public static ReadOnlySpan<sbyte> NonLinear => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>Twice the value of the e2m1 codes, so that all are whole.</summary>
    public static ReadOnlySpan<sbyte> E2M1Doubled => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    public static void DecodeIQ4_NL(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[18..], target = target[32..])
        {
            Decode16(source[2..], FloatBlocks.Half(source), NonLinear, target);
        }
    }

    /// <summary>d · high scale bits u16 · low scale nibbles[4] · qs[128]; eight sub-blocks of 32, scales of 6 bits biased by 32.</summary>
    public static void DecodeIQ4_XS(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[136..], target = target[256..])
        {
            var d = FloatBlocks.Half(source);
            var high = BinaryPrimitives.ReadUInt16LittleEndian(source[2..]);
            for (var sub = 0; sub < 8; sub++)
            {
                var low = (source[4 + (sub / 2)] >> (sub % 2 * 4)) & 15;
                var scale = d * ((low | (((high >> (sub * 2)) & 3) << 4)) - 32);
                Decode16(source[(8 + (sub * 16))..], scale, NonLinear, target[(sub * 32)..]);
            }
        }
    }

    public static void DecodeMXFP4(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[17..], target = target[32..])
        {
            Decode16(source[1..], HalfPower(source[0]), E2M1Doubled, target);
        }
    }

    /// <summary>2^(exponent − 128): half of the block's scale, to go with the doubled table; the two smallest are subnormal.</summary>
    public static float HalfPower(byte exponent) =>
        BitConverter.UInt32BitsToSingle(exponent < 2 ? 0x0020_0000u << exponent : (exponent - 1u) << 23);

    private static void Decode16(ReadOnlySpan<byte> codes, float scale, ReadOnlySpan<sbyte> table, Span<float> target)
    {
        for (var j = 0; j < 16; j++)
        {
            target[j] = scale * table[codes[j] & 15];
            target[j + 16] = scale * table[codes[j] >> 4];
        }
    }
}
