using Agentic.Inference.Backends.Cpu.Kernels;
using Agentic.Inference.KvCache;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

public sealed unsafe class BlockQuantiserTests
{
    public static TheoryData<string> Kinds() => ["normal", "small", "subnormal", "huge", "zeros", "nan", "infinity", "ties"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Quantise_AnyNumbers_SameBitsAsDefinition(string kind)
    {
        foreach (int width in (int[])[1, 16, 24, 32, 33, 64, 80, 576])
        {
            float[] values = Values(kind, width);
            byte[] expected = new byte[KvNumbers.Bytes(KvType.Q8_0, width)], found = new byte[expected.Length];
            KvNumbers.Encode(KvType.Q8_0, values, expected);
            fixed (float* x = values)
            fixed (byte* to = found)
            {
                for (int i = 0; i < width; i += 32)
                {
                    byte* block = to + i / 32 * 34;
                    *(ushort*)block = BlockQuantiser.Quantise(x + i, Math.Min(32, width - i), block + 2);
                }
            }

            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void EncodeThenDecode_NormalNumbers_OffByHalfAStep()
    {
        float[] values = Values("normal", 80), decoded = new float[80];
        byte[] bytes = new byte[KvNumbers.Bytes(KvType.Q8_0, 80)];
        KvNumbers.Encode(KvType.Q8_0, values, bytes);
        KvNumbers.Decode(KvType.Q8_0, bytes, decoded);
        for (int i = 0; i < 80; i++)
        {
            float step = values[(i / 32 * 32)..Math.Min(80, i / 32 * 32 + 32)].Max(MathF.Abs) / 127;
            Assert.InRange(decoded[i], values[i] - 0.55f * step, values[i] + 0.55f * step);
        }
    }

    [Fact]
    public void EncodeThenDecode_NotANumber_StaysSo()
    {
        float[] decoded = new float[40];
        byte[] bytes = new byte[KvNumbers.Bytes(KvType.Q8_0, 40)];
        KvNumbers.Encode(KvType.Q8_0, Values("nan", 40), bytes);
        KvNumbers.Decode(KvType.Q8_0, bytes, decoded);
        Assert.All(decoded[..32], value => Assert.Equal(float.NaN, value));
    }

    private static float[] Values(string kind, int width)
    {
        float[] values = new RandomData(width).Floats(width, 3);
        for (int i = 0; i < width; i++)
        {
            values[i] = kind switch { "small" => values[i] * 1e-5f, "subnormal" => values[i] * 1e-7f, "huge" => values[i] * 1e30f, "zeros" => 0, "ties" => i % 255 - 127.5f, _ => values[i] };
        }

        values[0] = kind switch { "nan" => float.NaN, "infinity" => float.NegativeInfinity, "ties" => 127, _ => values[0] };
        return values;
    }
}
