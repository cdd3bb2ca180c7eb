using System.Buffers.Binary;

namespace Agentic.Inference.Gguf.Quantisation;

/// <summary>Blocks of 32 values with one scale, the <c>_1</c> forms also with a minimum. Low nibbles are values 0–15, high nibbles 16–31.</summary>
internal static class SimpleBlocks
{
    private const int Size = 32;

    public static void DecodeQ4_0(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[18..], target = target[Size..])
        {
            var d = FloatBlocks.Half(source);
            for (var j = 0; j < 16; j++)
            {
                var q = source[2 + j];
                target[j] = ((q & 15) - 8) * d;
                target[j + 16] = ((q >> 4) - 8) * d;
            }
        }
    }

    public static void DecodeQ4_1(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[20..], target = target[Size..])
        {
            var d = FloatBlocks.Half(source);
            var m = FloatBlocks.Half(source[2..]);
            for (var j = 0; j < 16; j++)
            {
                var q = source[4 + j];
                target[j] = ((q & 15) * d) + m;
                target[j + 16] = ((q >> 4) * d) + m;
            }
        }
    }

    public static void DecodeQ5_0(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[22..], target = target[Size..])
        {
            var d = FloatBlocks.Half(source);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(source[2..]);
            for (var j = 0; j < 16; j++)
            {
                var q = source[6 + j];
                target[j] = (((q & 15) | Fifth(high, j)) - 16) * d;
                target[j + 16] = (((q >> 4) | Fifth(high, j + 16)) - 16) * d;
            }
        }
    }

    public static void DecodeQ5_1(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[24..], target = target[Size..])
        {
            var d = FloatBlocks.Half(source);
            var m = FloatBlocks.Half(source[2..]);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
            for (var j = 0; j < 16; j++)
            {
                var q = source[8 + j];
                target[j] = (((q & 15) | Fifth(high, j)) * d) + m;
                target[j + 16] = (((q >> 4) | Fifth(high, j + 16)) * d) + m;
            }
        }
    }

    public static void DecodeQ8_0(ReadOnlySpan<byte> source, Span<float> target)
    {
        for (; target.Length > 0; source = source[34..], target = target[Size..])
        {
            var d = FloatBlocks.Half(source);
            for (var j = 0; j < Size; j++)
            {
                target[j] = (sbyte)source[2 + j] * d;
            }
        }
    }

    /// <summary>Bit <paramref name="index"/> of the fifth bits, as the value 16.</summary>
    private static int Fifth(uint high, int index) => (int)((high >> index) & 1) << 4;
}
