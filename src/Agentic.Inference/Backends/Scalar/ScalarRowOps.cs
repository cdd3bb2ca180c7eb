namespace Agentic.Inference.Backends.Scalar;

/// <summary>Operations on rows of activations; arithmetic in double, results rounded once.</summary>
internal static class ScalarRowOps
{
    public static void Rope(Span<float> x, int rows, int stride, int offset, int heads, int headDim, ReadOnlySpan<int> positions, RopeTable table)
    {
        int pairs = table.InverseFrequencies.Length;
        for (int r = 0; r < rows; r++)
        {
            for (int h = 0; h < heads; h++)
            {
                Span<float> head = x.Slice(r * stride + offset + h * headDim, table.RotatedDims);
                for (int i = 0; i < pairs; i++)
                {
                    (double sin, double cos) = Math.SinCos(positions[r] * table.InverseFrequencies[i]);
                    int first = table.Pairing == RopePairing.Adjacent ? 2 * i : i;
                    int second = table.Pairing == RopePairing.Adjacent ? 2 * i + 1 : i + pairs;
                    double a = head[first];
                    double b = head[second];
                    head[first] = (float)((a * cos - b * sin) * table.Magnitude);
                    head[second] = (float)((a * sin + b * cos) * table.Magnitude);
                }
            }
        }
    }

    public static void Add(Span<float> x, ReadOnlySpan<float> y, float scale)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (float)(x[i] + (double)scale * y[i]);
        }
    }

    public static void Scale(Span<float> x, float scale, float softCap)
    {
        foreach (ref float value in x)
        {
            double scaled = (double)value * scale;
            value = (float)(softCap > 0 ? softCap * Math.Tanh(scaled / softCap) : scaled);
        }
    }

    public static void GatherRows(ReadOnlySpan<float> x, ReadOnlySpan<int> indices, int width, Span<float> output)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            x.Slice(indices[i] * width, width).CopyTo(output[(i * width)..]);
        }
    }
}
