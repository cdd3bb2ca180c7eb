namespace Agentic.Inference.Backends.Scalar;

/// <summary>Products with stacked matrices and their weighted sums; sums in double, in order.</summary>
internal static class ScalarExperts
{
    public static void MatMul(
        ScalarMatrix matrix, int groups, ReadOnlySpan<int> choices, int rows, int perRow, RowBlocks x, RowBlocks output, ReadOnlySpan<float> bias, ActivationMode mode)
    {
        int outputs = matrix.Rows / groups;
        float[] weights = new float[matrix.Columns], rounded = new float[matrix.Columns];
        for (int n = 0; n < matrix.Rows; n++)
        {
            bool round = matrix.DecodeRow(n, weights) && mode == ActivationMode.Int8;
            for (int slot = 0; slot < rows * perRow; slot++)
            {
                (int r, int j) = Math.DivRem(slot, perRow);
                if ((choices.IsEmpty ? j : choices[slot]) != n / outputs)
                {
                    continue;
                }

                Block(x, r, j, matrix.Columns).CopyTo(rounded);
                if (round)
                {
                    ScalarMatMul.RoundToInt8Blocks(rounded);
                }

                double sum = bias.IsEmpty ? 0 : bias[n];
                for (int i = 0; i < weights.Length; i++)
                {
                    sum += (double)weights[i] * rounded[i];
                }

                Block(output, r, j, outputs)[n % outputs] = (float)sum;
            }
        }
    }

    public static void WeightedSum(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, int rows, int perRow, int width, Span<float> output, bool accumulate)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < width; i++)
            {
                double sum = 0;
                for (int j = 0; j < perRow; j++)
                {
                    sum += (double)weights[r * perRow + j] * x[(r * perRow + j) * width + i];
                }

                ref float target = ref output[r * width + i];
                target = accumulate ? target + (float)sum : (float)sum;
            }
        }
    }

    /// <summary>One block of a row.</summary>
    public static Span<float> Block(RowBlocks blocks, int row, int block, int width) =>
        ScalarBuffer.Floats(blocks.Buffer).Slice(row * blocks.Stride + blocks.Offset + block * blocks.BlockStride, width);
}
