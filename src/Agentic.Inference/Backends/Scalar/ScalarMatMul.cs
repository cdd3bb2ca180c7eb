namespace Agentic.Inference.Backends.Scalar;

/// <summary>Products with weights: every dot product is summed in double, in order.</summary>
internal static class ScalarMatMul
{
    /// <summary>Activations that meet quantised weights in the int8 mode share one scale in blocks of this many.</summary>
    public const int ActivationBlock = 32;

    public static void Run(ScalarMatrix matrix, ReadOnlySpan<float> x, int rows, Span<float> output, ReadOnlySpan<float> bias, bool accumulate, ActivationMode mode)
    {
        int columns = matrix.Columns;
        float[] weights = new float[columns];
        float[] rounded = [];
        if (mode == ActivationMode.Int8 && matrix.HasQuantisedRows)
        {
            rounded = x[..(rows * columns)].ToArray();
            for (int r = 0; r < rows; r++)
            {
                RoundToInt8Blocks(rounded.AsSpan(r * columns, columns));
            }
        }

        for (int n = 0; n < matrix.Rows; n++)
        {
            bool quantised = matrix.DecodeRow(n, weights);
            ReadOnlySpan<float> activations = quantised && rounded.Length > 0 ? rounded : x;
            for (int r = 0; r < rows; r++)
            {
                double sum = 0;
                ReadOnlySpan<float> row = activations.Slice(r * columns, columns);
                for (int i = 0; i < row.Length; i++)
                {
                    sum += (double)weights[i] * row[i];
                }

                if (!bias.IsEmpty)
                {
                    sum += bias[n];
                }

                ref float target = ref output[r * matrix.Rows + n];
                target = accumulate ? target + (float)sum : (float)sum;
            }
        }
    }

    /// <summary>
    /// Replaces values by what 8-bit blocks hold of them: in each block of 32, d = amax / 127, q = round to even(x · (127 / amax)), and x becomes
    /// q · d; all in float32. A block of zeros stays zero.
    /// </summary>
    public static void RoundToInt8Blocks(Span<float> x)
    {
        for (int start = 0; start < x.Length; start += ActivationBlock)
        {
            Span<float> block = x.Slice(start, Math.Min(ActivationBlock, x.Length - start));
            float largest = 0;
            foreach (float value in block)
            {
                largest = MathF.Max(largest, MathF.Abs(value));
            }

            float scale = largest / 127f;
            float inverse = largest == 0 ? 0 : 127f / largest;
            for (int i = 0; i < block.Length; i++)
            {
                block[i] = MathF.Round(block[i] * inverse) * scale;
            }
        }
    }
}
