using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends;

/// <summary>Maxima and sums over one row of logits. The result depends on the row alone.</summary>
internal static class SoftmaxRow
{
    // Long enough to amortise the step to double, short enough that float lanes lose nothing that matters.
    private const int Run = 512;

    /// <summary>Index of the largest value, the lowest on a tie; a NaN is never chosen. −1 when there is no number above −∞.</summary>
    public static int ArgMax(ReadOnlySpan<float> row)
    {
        float largest = Max(row);
        return float.IsNegativeInfinity(largest) ? -1 : row.IndexOf(largest);
    }

    /// <summary>Largest value; NaNs are passed over. −∞ for an empty row.</summary>
    public static float Max(ReadOnlySpan<float> row)
    {
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(row);
        Vector256<float> lanes = Vector256.Create(float.NegativeInfinity);
        foreach (Vector256<float> vector in vectors)
        {
            lanes = Vector256.ConditionalSelect(Vector256.GreaterThan(vector, lanes), vector, lanes);
        }

        float largest = float.NegativeInfinity;
        for (int i = 0; i < Vector256<float>.Count; i++)
        {
            largest = Math.Max(largest, lanes[i]);
        }

        foreach (float value in row[(vectors.Length * Vector256<float>.Count)..])
        {
            largest = value > largest ? value : largest;
        }

        return largest;
    }

    /// <summary>log Σ exp(row). NaN when the row holds a NaN or +∞ or nothing but −∞.</summary>
    public static double LogSumExp(ReadOnlySpan<float> row)
    {
        float largest = Max(row);
        return largest + Math.Log(SumExp(row, largest, 1));
    }

    /// <summary>Σ exp((row − shift) · factor).</summary>
    public static double SumExp(ReadOnlySpan<float> row, float shift, float factor)
    {
        double sum = 0;
        while (!row.IsEmpty)
        {
            ReadOnlySpan<float> run = row[..Math.Min(Run, row.Length)];
            ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(run);
            Vector256<float> lanes = Vector256<float>.Zero;
            foreach (Vector256<float> vector in vectors)
            {
                lanes += Vector256.Exp((vector - Vector256.Create(shift)) * factor);
            }

            sum += Vector256.Sum(lanes);
            foreach (float value in run[(vectors.Length * Vector256<float>.Count)..])
            {
                sum += MathF.Exp((value - shift) * factor);
            }

            row = row[run.Length..];
        }

        return sum;
    }
}
