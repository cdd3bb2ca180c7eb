namespace Agentic.Inference.Gguf.Quantisation;

/// <summary>Super-blocks of 256 values with four, five and six bits a value.</summary>
internal static class HighKBlocks
{
    private const int Size = 256;

    /// <summary>d · dmin · scales[12] · qs[128]; eight sub-blocks of 32.</summary>
    public static void DecodeQ4_K(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[144..], target = target[Size..])
        {
            var d = FloatBlocks.Half(source);
            var min = FloatBlocks.Half(source[2..]);
            for (var sub = 0; sub < 8; sub++)
            {
                var (s, m) = ScaleAndMinimum(source.Slice(4, 12), sub);
                var scale = d * s;
                var offset = min * m;
                for (var l = 0; l < 32; l++)
                {
                    target[(sub * 32) + l] = (scale * Nibble(source[16 + (sub / 2 * 32) + l], sub)) - offset;
                }
            }
        }
    }

    /// <summary>d · dmin · scales[12] · qh[32] · qs[128]; the fifth bit of value l of sub-block b is bit b of qh[l].</summary>
    public static void DecodeQ5_K(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[176..], target = target[Size..])
        {
            var d = FloatBlocks.Half(source);
            var min = FloatBlocks.Half(source[2..]);
            for (var sub = 0; sub < 8; sub++)
            {
                var (s, m) = ScaleAndMinimum(source.Slice(4, 12), sub);
                var scale = d * s;
                var offset = min * m;
                for (var l = 0; l < 32; l++)
                {
                    var q = Nibble(source[48 + (sub / 2 * 32) + l], sub) | (((source[16 + l] >> sub) & 1) << 4);
                    target[(sub * 32) + l] = (scale * q) - offset;
                }
            }
        }
    }

    /// <summary>ql[128] · qh[64] · scales i8[16] · d; two halves of 128 values, 16 sub-blocks of 16.</summary>
    public static void DecodeQ6_K(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[210..], target = target[Size..])
        {
            var d = FloatBlocks.Half(source[208..]);
            for (var i = 0; i < Size; i++)
            {
                var (half, quarter, l) = (i >> 7, (i >> 5) & 3, i & 31);
                var low = source[(half * 64) + ((quarter & 1) * 32) + l];
                var high = (source[128 + (half * 32) + l] >> (quarter * 2)) & 3;
                var q = (quarter < 2 ? low & 15 : low >> 4) | (high << 4);
                target[i] = d * (sbyte)source[192 + (i >> 4)] * (q - 32);
            }
        }
    }

    /// <summary>Six bits each of sub-block <paramref name="sub"/>'s scale and minimum, packed into twelve bytes.</summary>
    public static (int Scale, int Minimum) ScaleAndMinimum(ReadOnlySpan<byte> packed, int sub) => sub < 4
        ? (packed[sub] & 63, packed[sub + 4] & 63)
        : ((packed[sub + 4] & 15) | (packed[sub - 4] >> 6 << 4), (packed[sub + 4] >> 4) | (packed[sub] >> 6 << 4));

    private static int Nibble(byte pair, int sub) => (sub & 1) == 0 ? pair & 15 : pair >> 4;
}
