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
        return float.IsNegativeInfinity(largest) ? -1 : IndexOf(row, largest);
    }

    /// <summary>First index of a number; −1 when it is not there. (The library's search goes through floats one by one.)</summary>
    public static int IndexOf(ReadOnlySpan<float> row, float value)
    {
        int at = 0;
        while (at + Vector256<float>.Count <= row.Length && !Vector256.EqualsAny(Vector256.Create(row.Slice(at, Vector256<float>.Count)), Vector256.Create(value)))
        {
            at += Vector256<float>.Count;
        }

        int rest = row[at..Math.Min(row.Length, at + Vector256<float>.Count)].IndexOf(value);
        return rest < 0 ? -1 : at + rest;
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
    public static double LogSumExp(ReadOnlySpan<float> row) => LogSumExp(row, out _);

    /// <summary>The same with the row's <see cref="Max"/>, which it takes.</summary>
    public static double LogSumExp(ReadOnlySpan<float> row, out float largest)
    {
        largest = Max(row);
        return largest + Math.Log(SumExp(row, largest, 1));
    }

    /// <summary>Entropy in nats of softmax(row). NaN when the row holds a NaN or +∞ or nothing but −∞.</summary>
    public static double Entropy(ReadOnlySpan<float> row)
    {
        // With d = x − max: H = ln Σ eᵈ − Σ d·eᵈ / Σ eᵈ. Far below the maximum eᵈ is 0 and d may be −∞.
        float largest = Max(row);
        double sum = 0, weighted = 0;
        while (!row.IsEmpty)
        {
            ReadOnlySpan<float> run = row[..Math.Min(Run, row.Length)];
            ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(run);
            Vector256<float> masses = Vector256<float>.Zero, products = Vector256<float>.Zero;
            foreach (Vector256<float> vector in vectors)
            {
                Vector256<float> below = Vector256.Max(vector - Vector256.Create(largest), Vector256.Create(-1e4f));
                Vector256<float> mass = Vector256.Exp(below);
                masses += mass;
                products += mass * below;
            }

            sum += Vector256.Sum(masses);
            weighted += Vector256.Sum(products);
            foreach (float value in run[(vectors.Length * Vector256<float>.Count)..])
            {
                float below = MathF.Max(value - largest, -1e4f);
                float mass = MathF.Exp(below);
                sum += mass;
                weighted += mass * below;
            }

            row = row[run.Length..];
        }

        return Math.Log(sum) - (weighted / sum);
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
