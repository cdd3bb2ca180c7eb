namespace Agentic.Inference.Backends.Scalar;

/// <summary>Norms of rows; arithmetic in double, results rounded once.</summary>
internal static class ScalarNorms
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

    public static void RmsNormHeads(Span<float> x, int rows, int stride, int offset, int heads, int headDim, ReadOnlySpan<float> weight, float epsilon)
    {
        for (int r = 0; r < rows; r++)
        {
            Span<float> all = x.Slice(r * stride + offset, heads * headDim);
            RmsNorm(all, weight, epsilon, heads, headDim, all);
        }
    }

    public static void LayerNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, float epsilon, int rows, int width, Span<float> output)
    {
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> row = x.Slice(r * width, width);
            double mean = 0, squares = 0;
            foreach (float value in row)
            {
                mean += value;
            }

            mean /= width;
            foreach (float value in row)
            {
                squares += (value - mean) * (value - mean);
            }

            double scale = 1 / Math.Sqrt(squares / width + epsilon);
            for (int i = 0; i < width; i++)
            {
                output[r * width + i] = (float)(weight[i] * ((row[i] - mean) * scale) + (bias.IsEmpty ? 0 : bias[i]));
            }
        }
    }
}
