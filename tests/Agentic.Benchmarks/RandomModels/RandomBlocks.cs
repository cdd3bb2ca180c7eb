using System.Buffers.Binary;
using Agentic.Inference.Gguf;

namespace Agentic.Benchmarks.RandomModels;

/// <summary>
/// Rows of random weights in a file's own block formats: random codes, and scales of a spread of two around a value for which products of
/// normalised activations are of the order of one. Weights have a mean near zero, as those of models.
/// </summary>
internal static class RandomBlocks
{
    /// <summary>Whether <see cref="Fill"/> knows a type.</summary>
    public static bool CanWrite(GgmlType type) => type is GgmlType.F32 or GgmlType.Q4_0 or GgmlType.Q4_1 or GgmlType.Q5_0 or GgmlType.Q5_1
        or GgmlType.Q8_0 or GgmlType.Q4_K or GgmlType.Q5_K or GgmlType.Q6_K;

    /// <summary>Fills one row. F32 vectors are ones (they are the weights of normalisations); F32 matrices (routers) are random.</summary>
    public static void Fill(RandomTensor tensor, Random random, Span<byte> row)
    {
        float deviation = 0.7f / MathF.Sqrt(tensor.Columns);
        if (tensor.Type == GgmlType.F32)
        {
            for (int i = 0; i < row.Length; i += 4)
                BinaryPrimitives.WriteSingleLittleEndian(row[i..], tensor.Dimensions.Length == 1 ? 1 : deviation * 3.46f * (random.NextSingle() - 0.5f));
            return;
        }

        random.NextBytes(row);
        int bytes = GgmlTypes.BlockBytes(tensor.Type);
        for (int at = 0; at < row.Length; at += bytes) Scales(tensor.Type, deviation * (1 + random.NextSingle()), row.Slice(at, bytes));
    }

    /// <summary>Writes a block's scales so that its weights' standard deviation is near <paramref name="deviation"/>.</summary>
    private static void Scales(GgmlType type, float deviation, Span<byte> block)
    {
        float four = deviation / 4.6f, five = deviation / 9.2f; // uniform codes of 4 and 5 bits
        switch (type)
        {
            case GgmlType.Q4_0: Half(block, four); break;
            case GgmlType.Q4_1: Half(block, four); Half(block[2..], -7.5f * four); break;
            case GgmlType.Q5_0: Half(block, five); break;
            case GgmlType.Q5_1: Half(block, five); Half(block[2..], -15.5f * five); break;
            case GgmlType.Q8_0: Half(block, deviation / 74); break;
            case GgmlType.Q4_K: SuperScales(block, four, 7.5f); break;
            case GgmlType.Q5_K: SuperScales(block, five, 15.5f); break;
            case GgmlType.Q6_K:
                for (int i = 192; i < 208; i++) block[i] = (byte)(64 | block[i] & 63);
                Half(block[208..], deviation / 18.5f / 96);
                break;
            default: throw new NotSupportedException($"Random blocks of {type} are not written.");
        }
    }

    /// <summary>Eight 6-bit scales from 32 to 63 with equal minima; <paramref name="middle"/> is the code that means zero.</summary>
    private static void SuperScales(Span<byte> block, float scale, float middle)
    {
        Half(block, scale / 48);
        Half(block[2..], middle * scale / 48);
        Span<byte> packed = block.Slice(4, 12);
        Span<int> values = stackalloc int[8];
        for (int i = 0; i < 8; i++) values[i] = 32 | packed[i] & 31;
        for (int i = 0; i < 4; i++)
        {
            // The lower four scales and minima have six bits of a byte; the upper two bits hold the upper two of the others.
            packed[i] = packed[i + 4] = (byte)(values[i] | values[i + 4] >> 4 << 6);
            packed[i + 8] = (byte)(values[i + 4] & 15 | (values[i + 4] & 15) << 4);
        }
    }

    private static void Half(Span<byte> target, float value) => BinaryPrimitives.WriteHalfLittleEndian(target, (Half)value);
}
