using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends;

/// <summary>Rows of logits under a mask of one bit a token. Tokens beyond the mask are not allowed, bits beyond the row mean nothing.</summary>
internal static class AllowedTokens
{
    private static readonly Vector256<int> Bits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);

    /// <summary>How many tokens of a vocabulary are allowed.</summary>
    public static int Count(ReadOnlySpan<uint> allowed, int vocabulary)
    {
        int count = 0, words = Math.Min(allowed.Length, vocabulary / 32);
        foreach (ulong pair in MemoryMarshal.Cast<uint, ulong>(allowed[..words]))
        {
            count += BitOperations.PopCount(pair);
        }

        count += words % 2 == 0 ? 0 : BitOperations.PopCount(allowed[words - 1]);
        return count + (words < allowed.Length ? BitOperations.PopCount(allowed[words] & ((1u << (vocabulary % 32)) - 1)) : 0);
    }

    /// <summary>The allowed tokens in ascending order, and their logits. Both spans are as long as <see cref="Count"/>.</summary>
    public static void Gather(ReadOnlySpan<float> logits, ReadOnlySpan<uint> allowed, Span<int> ids, Span<float> values)
    {
        for (int word = 0, at = 0; at < ids.Length; word++)
        {
            for (uint bits = allowed[word]; bits != 0 && at < ids.Length; bits &= bits - 1, at++)
            {
                ids[at] = word * 32 + BitOperations.TrailingZeroCount(bits);
                values[at] = logits[ids[at]];
            }
        }
    }

    /// <summary>Index of the largest allowed value, the lowest on a tie. −1 when there is no number above −∞.</summary>
    public static int ArgMax(ReadOnlySpan<float> logits, ReadOnlySpan<uint> allowed)
    {
        int words = Math.Min(allowed.Length, logits.Length / 32);
        Vector256<float> lanes = Vector256.Create(float.NegativeInfinity);
        for (int word = 0; word < words; word++)
        {
            if (allowed[word] != 0)
            {
                for (int part = 0; part < 4; part++)
                {
                    Vector256<float> vector = Vector256.Create(logits.Slice(word * 32 + part * 8, 8));
                    lanes = Vector256.ConditionalSelect(Lanes(allowed[word], part) & Vector256.GreaterThan(vector, lanes), vector, lanes);
                }
            }
        }

        float largest = float.NegativeInfinity;
        for (int i = 0; i < Vector256<float>.Count; i++)
        {
            largest = Math.Max(largest, lanes[i]);
        }

        for (int id = words * 32; id < logits.Length && id < allowed.Length * 32L; id++)
        {
            largest = Has(allowed, id) && logits[id] > largest ? logits[id] : largest;
        }

        return float.IsNegativeInfinity(largest) ? -1 : First(logits, allowed, largest);
    }

    /// <summary>Sets what is not allowed to −∞.</summary>
    public static void Mask(Span<float> logits, ReadOnlySpan<uint> allowed)
    {
        int words = Math.Min(allowed.Length, logits.Length / 32);
        Vector256<float> never = Vector256.Create(float.NegativeInfinity);
        for (int word = 0; word < words; word++)
        {
            if (allowed[word] != uint.MaxValue)
            {
                for (int part = 0; part < 4; part++)
                {
                    Span<float> eight = logits.Slice(word * 32 + part * 8, 8);
                    Vector256.ConditionalSelect(Lanes(allowed[word], part), Vector256.Create(eight), never).CopyTo(eight);
                }
            }
        }

        for (int id = words * 32; id < logits.Length; id++)
        {
            if (id >= allowed.Length * 32L || !Has(allowed, id))
            {
                logits[id] = float.NegativeInfinity;
            }
        }
    }

    private static int First(ReadOnlySpan<float> logits, ReadOnlySpan<uint> allowed, float value)
    {
        for (int from = 0; ; from++)
        {
            from += SoftmaxRow.IndexOf(logits[from..], value);
            if (from < allowed.Length * 32L && Has(allowed, from))
            {
                return from;
            }
        }
    }

    private static bool Has(ReadOnlySpan<uint> allowed, int id) => (allowed[id >> 5] >> id & 1) != 0;

    private static Vector256<float> Lanes(uint word, int part) =>
        Vector256.Equals(Vector256.Create((int)(word >> (8 * part))) & Bits, Bits).AsSingle();
}
