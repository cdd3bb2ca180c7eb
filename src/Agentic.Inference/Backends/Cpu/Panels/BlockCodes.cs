using System.Runtime.CompilerServices;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Backends.Cpu.Panels;

/// <summary>32 columns of a row as unsigned codes with scales and minima; the second pair belongs to the last 16 columns where a kind has two.</summary>
internal unsafe struct BlockCodes
{
    public fixed byte Codes[32];
    public fixed float Scale[2];
    public fixed float Minimum[2];
}

/// <summary>Turns blocks of a GGUF type into <see cref="BlockCodes"/>: weight = scale · code + minimum (or scale · (code − offset), by kind).</summary>
internal static unsafe class BlockCodesReader
{
    private static ReadOnlySpan<sbyte> NonLinear => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    private static ReadOnlySpan<sbyte> Fp4 => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>Columns and bytes of a block in the file.</summary>
    public static (int Columns, int Bytes) BlockOf(GgmlType type) => type switch
    {
        GgmlType.Q4_0 or GgmlType.IQ4_NL => (32, 18),
        GgmlType.Q4_1 => (32, 20),
        GgmlType.Q5_0 => (32, 22),
        GgmlType.Q5_1 => (32, 24),
        GgmlType.Q8_0 => (32, 34),
        GgmlType.MXFP4 => (32, 17),
        GgmlType.Q2_K => (256, 84),
        GgmlType.Q3_K => (256, 110),
        GgmlType.Q4_K => (256, 144),
        GgmlType.Q5_K => (256, 176),
        GgmlType.Q6_K => (256, 210),
        GgmlType.IQ4_XS => (256, 136),
        GgmlType.F32 => (1, 4),
        GgmlType.F16 or GgmlType.BF16 => (1, 2),
        _ => throw new NotSupportedException($"no panels for {type}"),
    };

    /// <summary>Decodes one block of the file into 1 or 8 blocks of 32.</summary>
    public static void Decode(GgmlType type, byte* source, BlockCodes* target)
    {
        switch (type)
        {
            case GgmlType.Q4_0: Four(source + 2, target, Half(source), -8 * Half(source)); break;
            case GgmlType.Q4_1: Four(source + 4, target, Half(source), Half(source + 2)); break;
            case GgmlType.Q5_0: Five(source + 2, target, Half(source), -16 * Half(source)); break;
            case GgmlType.Q5_1: Five(source + 4, target, Half(source), Half(source + 2)); break;
            case GgmlType.Q8_0: Eight(source + 2, target, Half(source)); break;
            case GgmlType.IQ4_NL: Table(source + 2, target, Half(source), 0, NonLinear, 128); break;
            case GgmlType.MXFP4:
                float power = PowerHalf(source[0]);
                Table(source + 1, target, power, -12 * power, Fp4, 12);
                break;
            case GgmlType.IQ4_XS: NonLinearSuper(source, target); break;
            case GgmlType.Q2_K: Two(source, target); break;
            case GgmlType.Q3_K: Three(source, target); break;
            case GgmlType.Q4_K: FourSuper(source, target); break;
            case GgmlType.Q5_K: FiveSuper(source, target); break;
            case GgmlType.Q6_K: Six(source, target); break;
            default: throw new NotSupportedException($"no codes for {type}");
        }
    }

    private static float Half(byte* p) => (float)Unsafe.ReadUnaligned<Half>(p);

    private static float PowerHalf(byte exponent) =>
        BitConverter.UInt32BitsToSingle(exponent < 2 ? 0x00200000u << exponent : (uint)(exponent - 1) << 23);

    private static void Set(BlockCodes* b, float scale, float minimum)
    {
        b->Scale[0] = b->Scale[1] = scale;
        b->Minimum[0] = b->Minimum[1] = minimum;
    }

    private static void Four(byte* q, BlockCodes* b, float scale, float minimum)
    {
        Set(b, scale, minimum);
        for (int i = 0; i < 16; i++)
        {
            b->Codes[i] = (byte)(q[i] & 15);
            b->Codes[16 + i] = (byte)(q[i] >> 4);
        }
    }

    private static void Five(byte* p, BlockCodes* b, float scale, float minimum)
    {
        uint high = Unsafe.ReadUnaligned<uint>(p);
        Four(p + 4, b, scale, minimum);
        for (int i = 0; i < 32; i++) b->Codes[i] |= (byte)((high >> i & 1) << 4);
    }

    private static void Eight(byte* q, BlockCodes* b, float scale)
    {
        Set(b, scale, 0);
        for (int i = 0; i < 32; i++) b->Codes[i] = (byte)(q[i] ^ 0x80);
    }

    private static void Table(byte* q, BlockCodes* b, float scale, float minimum, ReadOnlySpan<sbyte> table, int offset)
    {
        Four(q, b, scale, minimum);
        for (int i = 0; i < 32; i++) b->Codes[i] = (byte)(table[b->Codes[i]] + offset);
    }

    private static void NonLinearSuper(byte* p, BlockCodes* b)
    {
        int high = Unsafe.ReadUnaligned<ushort>(p + 2);
        for (int i = 0; i < 8; i++)
        {
            int scale = (p[4 + i / 2] >> (4 * (i % 2)) & 15) | (high >> (2 * i) & 3) << 4;
            Table(p + 8 + 16 * i, b + i, Half(p) * (scale - 32), 0, NonLinear, 128);
        }
    }

    private static void Two(byte* p, BlockCodes* b)
    {
        float d = Half(p + 80), min = Half(p + 82);
        for (int i = 0; i < 8; i++)
        {
            byte* q = p + 16 + 32 * (i / 4);
            for (int j = 0; j < 32; j++) b[i].Codes[j] = (byte)(q[j] >> (2 * (i % 4)) & 3);
            for (int half = 0; half < 2; half++)
            {
                b[i].Scale[half] = d * (p[2 * i + half] & 15);
                b[i].Minimum[half] = -min * (p[2 * i + half] >> 4);
            }
        }
    }

    private static void Three(byte* p, BlockCodes* b)
    {
        float d = Half(p + 108);
        byte* packed = p + 96;
        for (int i = 0; i < 8; i++)
        {
            byte* q = p + 32 + 32 * (i / 4);
            for (int j = 0; j < 32; j++) b[i].Codes[j] = (byte)((q[j] >> (2 * (i % 4)) & 3) | (p[j] >> i & 1) << 2);
            for (int half = 0; half < 2; half++)
            {
                int s = 2 * i + half;
                int low = s < 8 ? packed[s] & 15 : packed[s - 8] >> 4;
                int scale = (low | (packed[8 + s % 4] >> (2 * (s / 4)) & 3) << 4) - 32;
                b[i].Scale[half] = d * scale;
                b[i].Minimum[half] = -4 * (d * scale);
            }
        }
    }

    /// <summary>Scale and minimum number i of the 6-bit packing that Q4_K and Q5_K share.</summary>
    private static (int Scale, int Minimum) Six(byte* s, int i) => i < 4
        ? (s[i] & 63, s[i + 4] & 63)
        : ((s[i + 4] & 15) | (s[i - 4] >> 6) << 4, (s[i + 4] >> 4) | (s[i] >> 6) << 4);

    private static void FourSuper(byte* p, BlockCodes* b)
    {
        for (int i = 0; i < 8; i++)
        {
            (int scale, int minimum) = Six(p + 4, i);
            Set(b + i, Half(p) * scale, -(Half(p + 2) * minimum));
            byte* q = p + 16 + 32 * (i / 2);
            for (int j = 0; j < 32; j++) b[i].Codes[j] = (byte)(q[j] >> (4 * (i % 2)) & 15);
        }
    }

    private static void FiveSuper(byte* p, BlockCodes* b)
    {
        for (int i = 0; i < 8; i++)
        {
            (int scale, int minimum) = Six(p + 4, i);
            Set(b + i, Half(p) * scale, -(Half(p + 2) * minimum));
            byte* high = p + 16, q = p + 48 + 32 * (i / 2);
            for (int j = 0; j < 32; j++) b[i].Codes[j] = (byte)((q[j] >> (4 * (i % 2)) & 15) | (high[j] >> i & 1) << 4);
        }
    }

    private static void Six(byte* p, BlockCodes* b)
    {
        float d = Half(p + 208);
        for (int i = 0; i < 8; i++)
        {
            int quarter = i % 4;
            byte* low = p + 64 * (i / 4) + 32 * (quarter % 2);
            byte* high = p + 128 + 32 * (i / 4);
            for (int j = 0; j < 32; j++)
                b[i].Codes[j] = (byte)((low[j] >> (4 * (quarter / 2)) & 15) | (high[j] >> (2 * quarter) & 3) << 4);
            for (int half = 0; half < 2; half++)
            {
                b[i].Scale[half] = d * (sbyte)p[192 + 2 * i + half];
                b[i].Minimum[half] = 0;
            }
        }
    }
}
