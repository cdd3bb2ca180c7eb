using System.Runtime.Intrinsics;
using Agentic.Inference.Backends.Cpu.Kernels;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

/// <summary>The integer conversions against the runtime's own.</summary>
public sealed unsafe class HalfConverterTests
{
    [Fact]
    public void ToSingle_EveryFiniteHalf_IsExact()
    {
        ushort* halves = stackalloc ushort[16];
        float* singles = stackalloc float[16];
        for (int first = 0; first <= ushort.MaxValue; first += 16)
        {
            for (int i = 0; i < 16; i++) halves[i] = (ushort)(first + i);
            HalfConverter.ToSingle(halves, singles, 16);
            for (int i = 0; i < 16; i++)
            {
                Half expected = BitConverter.UInt16BitsToHalf(halves[i]);
                if (Half.IsFinite(expected)) Assert.Equal((float)expected, singles[i]);
            }
        }
    }

    [Fact]
    public void FromSingle_NumbersAroundEveryHalf_RoundsToNearestEven()
    {
        float* singles = stackalloc float[21];
        ushort* halves = stackalloc ushort[21];
        for (int bits = 0; bits < 0x7BFF; bits += 7)
        {
            float low = (float)BitConverter.UInt16BitsToHalf((ushort)bits), high = (float)BitConverter.UInt16BitsToHalf((ushort)(bits + 1));
            float middle = low + (high - low) / 2;
            for (int i = 0; i < 21; i++) singles[i] = (i % 2 == 0 ? 1 : -1) * (i % 3) switch { 0 => middle, 1 => MathF.BitIncrement(middle), _ => MathF.BitDecrement(middle) };
            HalfConverter.FromSingle(singles, halves, 21);
            for (int i = 0; i < 21; i++) Assert.Equal(BitConverter.HalfToUInt16Bits((Half)singles[i]), halves[i]);
        }
    }

    [Fact]
    public void FromSingle_OutOfRangeAndNotANumber_StayFiniteAndNotANumber()
    {
        Vector256<uint> halves = HalfConverter.FromSingle(Vector256.Create(1e9f, float.NegativeInfinity, float.NaN, 65520, -0f, 1e-20f, 65504, float.PositiveInfinity));
        Half[] expected = [Half.MaxValue, Half.MinValue, Half.NaN, Half.MaxValue, -(Half)0f, (Half)0f, Half.MaxValue, Half.MaxValue];
        for (int i = 0; i < 8; i++) Assert.Equal(expected[i], BitConverter.UInt16BitsToHalf((ushort)halves[i]));
    }
}
