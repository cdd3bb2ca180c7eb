namespace Agentic.Inference.Gguf.Quantisation;

/// <summary>Super-blocks of 256 values in 16 sub-blocks of 16, two and three bits a value.</summary>
internal static class LowKBlocks
{
    private const int Size = 256;

    /// <summary>scales[16] (low nibble scale, high nibble minimum) · qs[64] · d · dmin.</summary>
    public static void DecodeQ2_K(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[84..], target = target[Size..])
        {
            var d = FloatBlocks.Half(source[80..]);
            var min = FloatBlocks.Half(source[82..]);
            for (var sub = 0; sub < 16; sub++)
            {
                var scale = d * (source[sub] & 15);
                var offset = min * (source[sub] >> 4);
                var (quants, shift) = Place(sub);
                for (var l = 0; l < 16; l++)
                {
                    target[(sub * 16) + l] = (scale * ((source[16 + quants + l] >> shift) & 3)) - offset;
                }
            }
        }
    }

    /// <summary>hmask[32] (a clear bit subtracts 4) · qs[64] · scales[12] of 6 bits, biased by 32 · d.</summary>
    public static void DecodeQ3_K(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[110..], target = target[Size..])
        {
            var d = FloatBlocks.Half(source[108..]);
            for (var sub = 0; sub < 16; sub++)
            {
                var scale = d * (Scale3(source.Slice(96, 12), sub) - 32);
                var (quants, shift) = Place(sub);
                for (var l = 0; l < 16; l++)
                {
                    var q = (source[32 + quants + l] >> shift) & 3;
                    var high = source[((sub & 1) * 16) + l] >> (sub / 2) & 1;
                    target[(sub * 16) + l] = scale * (q - (high == 0 ? 4 : 0));
                }
            }
        }
    }

    /// <summary>Where the low bits of a sub-block lie: 32 bytes hold four pairs of sub-blocks, a pair for each two bits.</summary>
    private static (int Byte, int Shift) Place(int sub) => ((sub / 8 * 32) + ((sub & 1) * 16), sub % 8 / 2 * 2);

    /// <summary>Low four bits from the first eight bytes, two high bits from the last four.</summary>
    private static int Scale3(ReadOnlySpan<byte> scales, int sub)
    {
        var low = sub < 8 ? scales[sub] & 15 : scales[sub - 8] >> 4;
        return low | (((scales[8 + (sub & 3)] >> (sub / 4 * 2)) & 3) << 4);
    }
}
