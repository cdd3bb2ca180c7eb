using System.Numerics;
using Agentic.Inference.Constraints;

namespace Agentic.Fuzz.Tests.Constraints;

/// <summary>Replies drawn from random logits under a constraint.</summary>
internal static class RandomWalk
{
    /// <summary>The bytes of a reply: so many tokens drawn evenly among those allowed, then the shortest end.</summary>
    public static byte[] Take(TokenConstraint constraint, Random random, int tokens)
    {
        ConstraintState state = constraint.Start();
        var bytes = new List<byte>();
        for (int i = 0; i < tokens && !state.MustEnd; i++)
        {
            int token = Draw(state.AllowedBits, random);
            if (constraint.Tokenizer.EndTokens.Contains(token))
            {
                break;
            }

            state.Accept(token);
            bytes.AddRange(constraint.Tokenizer.TokenBytes(token));
        }

        foreach (int token in state.BytesToEnd <= MaxEnd ? state.ShortestEnd() : [])
        {
            bytes.AddRange(constraint.Tokenizer.TokenBytes(token));
        }

        return [.. bytes];
    }

    private const int MaxEnd = 10_000;

    private static int Draw(uint[] bits, Random random)
    {
        int left = random.Next(bits.Sum(word => BitOperations.PopCount(word)));
        for (int i = 0; ; i++)
        {
            int here = BitOperations.PopCount(bits[i]);
            if (left < here)
            {
                uint word = bits[i];
                for (; left > 0; left--)
                {
                    word &= word - 1;
                }

                return (i * 32) + BitOperations.TrailingZeroCount(word);
            }

            left -= here;
        }
    }
}
