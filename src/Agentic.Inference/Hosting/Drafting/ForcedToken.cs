using System.Numerics;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Hosting.Drafting;

/// <summary>What a mask leaves to say.</summary>
internal static class ForcedToken
{
    // More tokens than this seldom spell one text.
    private const int Most = 16;

    /// <summary>The longest allowed token, when all others are beginnings of it: the text is forced, only its spelling is not.</summary>
    /// <param name="allowed">One bit a token.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="isOnly">No other token is allowed.</param>
    /// <returns>−1 when the mask leaves a choice of texts, or the end of the reply.</returns>
    public static int Find(ReadOnlySpan<uint> allowed, Tokenizer tokenizer, out bool isOnly)
    {
        Span<int> ids = stackalloc int[Most];
        int count = 0;
        isOnly = false;
        for (int word = 0; word < allowed.Length; word++)
        {
            if (allowed[word] == 0)
            {
                continue;
            }

            if (count + BitOperations.PopCount(allowed[word]) > Most)
            {
                return -1;
            }

            for (uint bits = allowed[word]; bits != 0; bits &= bits - 1)
            {
                ids[count++] = (word * 32) + BitOperations.TrailingZeroCount(bits);
            }
        }

        int longest = -1;
        foreach (int id in ids[..count])
        {
            if (longest < 0 || tokenizer.TokenBytes(id).Length > tokenizer.TokenBytes(longest).Length)
            {
                longest = id;
            }
        }

        foreach (int id in ids[..count])
        {
            if (tokenizer.EndTokens.Contains(id) || !tokenizer.TokenBytes(longest).StartsWith(tokenizer.TokenBytes(id)))
            {
                return -1;
            }
        }

        isOnly = count == 1;
        return longest;
    }
}
