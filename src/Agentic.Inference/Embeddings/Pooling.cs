namespace Agentic.Inference.Embeddings;

/// <summary>How the vectors of a text's tokens become one. Numbers as in the GGUF key <c>pooling_type</c>.</summary>
public enum Pooling
{
    /// <summary>The mean over all tokens, those that open and close the text included.</summary>
    Mean = 1,

    /// <summary>The first token's vector (<c>[CLS]</c>).</summary>
    First = 2,

    /// <summary>The last token's vector.</summary>
    Last = 3,
}

/// <summary>What happens to a text of more tokens than the model takes.</summary>
public enum LongText
{
    /// <summary>It is refused, with numbers.</summary>
    Refuse,

    /// <summary>Its beginning is embedded, closed as a whole text is.</summary>
    Truncate,

    /// <summary>It is embedded in pieces of equal length, whose vectors are averaged by their tokens.</summary>
    Split,
}

/// <summary>Sums over the vectors of tokens.</summary>
internal static class VectorPool
{
    /// <summary>Pools <paramref name="states"/>, rows of the result's width.</summary>
    public static void Pool(ReadOnlySpan<float> states, Pooling pooling, Span<float> result)
    {
        int width = result.Length, rows = states.Length / width;
        if (pooling != Pooling.Mean)
        {
            states.Slice(pooling == Pooling.First ? 0 : (rows - 1) * width, width).CopyTo(result);
            return;
        }

        result.Clear();
        for (int row = 0; row < rows; row++)
        {
            Add(result, states.Slice(row * width, width), 1);
        }

        Scale(result, 1f / rows);
    }

    /// <summary>target += weight · source.</summary>
    public static void Add(Span<float> target, ReadOnlySpan<float> source, float weight)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] += weight * source[i];
        }
    }

    /// <summary>Makes the Euclidean length 1; zeros stay zeros.</summary>
    public static void Normalize(Span<float> vector)
    {
        double sum = 0;
        foreach (float value in vector)
        {
            sum += (double)value * value;
        }

        if (sum > 0)
        {
            Scale(vector, (float)(1 / Math.Sqrt(sum)));
        }
    }

    private static void Scale(Span<float> vector, float factor)
    {
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] *= factor;
        }
    }
}
