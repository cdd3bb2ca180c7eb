namespace Agentic.Inference.Backends.Scalar;

/// <summary>Operations on rows of activations; arithmetic in double, results rounded once.</summary>
internal static class ScalarRowOps
{
    public static void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float epsilon, int rows, int width, Span<float> output)
    {
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = x.Slice(r * width, width);
            double squares = 0;
            foreach (float value in row)
            {
                squares += (double)value * value;
            }

            double scale = 1 / Math.Sqrt(squares / width + epsilon);
            for (int i = 0; i < width; i++)
            {
                output[r * width + i] = (float)(weight[i] * (row[i] * scale));
            }
        }
    }

    public static void Rope(Span<float> x, int rows, int stride, int offset, int heads, int headDim, ReadOnlySpan<int> positions, RopeTable table)
    {
        int pairs = table.InverseFrequencies.Length;
        for (int r = 0; r < rows; r++)
        {
            for (int h = 0; h < heads; h++)
            {
                Span<float> head = x.Slice(r * stride + offset + h * headDim, headDim);
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

    public static void SwiGlu(ReadOnlySpan<float> gateUp, int rows, int width, Span<float> output)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < width; i++)
            {
                double gate = gateUp[r * 2 * width + i];
                double up = gateUp[r * 2 * width + width + i];
                output[r * width + i] = (float)(gate / (1 + Math.Exp(-gate)) * up);
            }
        }
    }

    public static void Add(Span<float> x, ReadOnlySpan<float> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            x[i] += y[i];
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
