using System.Buffers.Binary;
using System.Text;

namespace Agentic.Fuzz.Tests.Gguf;

/// <summary>Ways to damage a model file, by its structure.</summary>
internal static class GgufDamage
{
    private static readonly ulong[] Extremes = [0, 1, 2, 3, 7, 31, 33, 255, 256, 65535, 1 << 20, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 40, 1UL << 60, long.MaxValue, 1UL << 63, ulong.MaxValue];

    /// <summary>One to four blows; sometimes the written bytes are hit as well.</summary>
    public static byte[] Apply(GgufImage valid, Random random)
    {
        GgufImage image = valid.Clone();
        for (int blows = random.Next(1, 5); blows > 0; blows--)
        {
            Blow(image, random);
        }

        byte[] bytes = image.ToBytes();
        return random.Next(8) switch
        {
            0 => bytes[..random.Next(bytes.Length)],
            1 => Flip(bytes, random),
            _ => bytes,
        };
    }

    private static void Blow(GgufImage image, Random random)
    {
        switch (random.Next(16))
        {
            case 0 when image.Pairs.Count > 0:
                image.Pairs.RemoveAt(random.Next(image.Pairs.Count));
                break;
            case 1 when image.Pairs.Count > 0:
                image.Pairs.Insert(random.Next(image.Pairs.Count), image.Pairs[random.Next(image.Pairs.Count)]);
                break;
            case 2 when image.Tensors.Count > 0:
                image.Tensors.RemoveAt(random.Next(image.Tensors.Count));
                break;
            case 3 when image.Tensors.Count > 0:
                image.Tensors.Insert(random.Next(image.Tensors.Count), image.Tensors[random.Next(image.Tensors.Count)]);
                break;
            case 4:
                image.TensorCount = Extreme(random);
                break;
            case 5 when random.Next(2) == 0:
                image.PairCount = Extreme(random);
                break;
            case 5:
                image.Version = (uint)Extreme(random);
                break;
            case 6:
                image.Data = image.Data[..random.Next(image.Data.Length + 1)];
                break;
            case < 13 when image.Pairs.Count > 0:
                Pair(image, random);
                break;
            default:
                Tensor(image, random);
                break;
        }
    }

    private static void Pair(GgufImage image, Random random)
    {
        int which = random.Next(image.Pairs.Count);
        (byte[] key, uint type, byte[] value) = image.Pairs[which];
        image.Pairs[which] = random.Next(6) switch
        {
            0 => (key, (uint)random.Next(15), value),
            1 => (key, type, image.Pairs[random.Next(image.Pairs.Count)].Value),
            2 => (Rename(key, random), type, value),
            3 => (key, 4, BitConverter.GetBytes((uint)Extreme(random))),
            4 => (key, random.Next(2) == 0 ? 10u : 11u, BitConverter.GetBytes(Extreme(random))),
            _ => (key, type, Number(value, random)),
        };
    }

    private static void Tensor(GgufImage image, Random random)
    {
        if (image.Tensors.Count == 0)
        {
            return;
        }

        int which = random.Next(image.Tensors.Count);
        (byte[] name, ulong[] dimensions, uint type, ulong offset) = image.Tensors[which];
        image.Tensors[which] = random.Next(5) switch
        {
            0 => (Rename(name, random), dimensions, type, offset),
            1 => (name, [.. dimensions.Select(d => random.Next(2) == 0 ? Extreme(random) : d)], type, offset),
            2 => (name, dimensions[..random.Next(dimensions.Length + 1)], type, offset),
            3 => (name, dimensions, (uint)random.Next(45), offset),
            _ => (name, dimensions, type, random.Next(2) == 0 ? Extreme(random) : (ulong)(32 * random.Next(64))),
        };
    }

    /// <summary>Sets a field-sized run inside a value to an extreme: lengths of texts and arrays, numbers, single elements.</summary>
    private static byte[] Number(byte[] value, Random random)
    {
        byte[] changed = [.. value];
        int size = new[] { 1, 4, 8 }[random.Next(3)];
        if (changed.Length >= size)
        {
            Span<byte> number = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(number, Extreme(random));
            number[..size].CopyTo(changed.AsSpan(random.Next(2) == 0 ? 0 : random.Next(changed.Length - size + 1)));
        }

        return changed;
    }

    private static byte[] Rename(byte[] name, Random random) => random.Next(4) switch
    {
        0 => [],
        1 => [.. name, .. name],
        2 => Encoding.UTF8.GetBytes(new string('x', random.Next(200))),
        _ => Flip([.. name], random),
    };

    private static byte[] Flip(byte[] bytes, Random random)
    {
        for (int flips = random.Next(1, 6); flips > 0 && bytes.Length > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    private static ulong Extreme(Random random) => Extremes[random.Next(Extremes.Length)];
}
