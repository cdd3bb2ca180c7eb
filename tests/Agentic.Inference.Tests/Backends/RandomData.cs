using Agentic.Inference.Gguf;

namespace Agentic.Inference.Tests.Backends;

/// <summary>Seeded numbers and weights for the backend tests.</summary>
internal sealed class RandomData(int seed)
{
    private readonly Random _random = new(seed);

    public float[] Floats(int count, float scale = 1)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)(_random.NextDouble() * 2 - 1) * scale;
        return values;
    }

    /// <summary>Rows of a type in file layout: random codes under scales of usual size.</summary>
    public byte[] Weights(GgmlType type, int rows, int columns)
    {
        int blockBytes = GgmlTypes.BlockBytes(type), blocks = rows * columns / GgmlTypes.BlockSize(type);
        byte[] bytes = new byte[blocks * blockBytes];
        _random.NextBytes(bytes);
        for (int b = 0; b < blocks; b++) Tame(type, bytes.AsSpan(b * blockBytes, blockBytes));
        return bytes;
    }

    private void Tame(GgmlType type, Span<byte> block)
    {
        switch (type)
        {
            case GgmlType.F32: BitConverter.TryWriteBytes(block, Small()); break;
            case GgmlType.F16: BitConverter.TryWriteBytes(block, (Half)Small()); break;
            case GgmlType.BF16: BitConverter.TryWriteBytes(block, (ushort)(BitConverter.SingleToUInt32Bits(Small()) >> 16)); break;
            case GgmlType.Q4_0 or GgmlType.Q5_0 or GgmlType.Q8_0 or GgmlType.IQ4_NL or GgmlType.IQ4_XS: Scale(block); break;
            case GgmlType.Q4_1 or GgmlType.Q5_1 or GgmlType.Q4_K or GgmlType.Q5_K:
                Scale(block);
                Scale(block[2..]);
                break;
            case GgmlType.Q2_K:
                Scale(block[80..]);
                Scale(block[82..]);
                break;
            case GgmlType.Q3_K: Scale(block[108..]); break;
            case GgmlType.Q6_K: Scale(block[208..]); break;
            case GgmlType.MXFP4: block[0] = (byte)_random.Next(116, 124); break;
            default: throw new ArgumentOutOfRangeException(nameof(type));
        }
    }

    private float Small() => (float)(_random.NextDouble() - 0.5) * 0.2f;

    private void Scale(Span<byte> at) => BitConverter.TryWriteBytes(at, (Half)(float)((_random.NextDouble() - 0.3) * 0.01));
}
