using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>Operations on one row of activations. Sums run in a fixed order given by the width alone.</summary>
internal static unsafe class RowKernels
{
    private const int Lanes = 8;

    /// <summary>output = weight ∘ x / √(mean(x²) + epsilon).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsNorm(float* x, float* weight, float epsilon, int width, float* output)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
        int i = 0;
        for (; i <= width - 4 * Lanes; i += 4 * Lanes)
        {
            Vector256<float> a = Vector256.Load(x + i), b = Vector256.Load(x + i + 8), c = Vector256.Load(x + i + 16), d = Vector256.Load(x + i + 24);
            s0 = Vector256.MultiplyAddEstimate(a, a, s0);
            s1 = Vector256.MultiplyAddEstimate(b, b, s1);
            s2 = Vector256.MultiplyAddEstimate(c, c, s2);
            s3 = Vector256.MultiplyAddEstimate(d, d, s3);
        }

        float sum = Vector256.Sum(s0 + s1 + (s2 + s3));
        for (; i < width; i++) sum += x[i] * x[i];
        float scale = 1 / MathF.Sqrt(sum / width + epsilon);
        Vector256<float> factor = Vector256.Create(scale);
        for (i = 0; i <= width - Lanes; i += Lanes) (Vector256.Load(weight + i) * (Vector256.Load(x + i) * factor)).Store(output + i);
        for (; i < width; i++) output[i] = weight[i] * (x[i] * scale);
    }

    /// <summary>output = weight ∘ (x − mean) / √(variance + epsilon) (+ bias).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LayerNorm(float* x, float* weight, float* bias, float epsilon, int width, float* output)
    {
        Vector256<float> s0 = default, s1 = default;
        int i = 0;
        for (; i <= width - 2 * Lanes; i += 2 * Lanes)
        {
            s0 += Vector256.Load(x + i);
            s1 += Vector256.Load(x + i + 8);
        }

        float sum = Vector256.Sum(s0 + s1);
        for (; i < width; i++) sum += x[i];
        float mean = sum / width;
        Vector256<float> centre = Vector256.Create(mean);
        s0 = s1 = default;
        for (i = 0; i <= width - 2 * Lanes; i += 2 * Lanes)
        {
            Vector256<float> a = Vector256.Load(x + i) - centre, b = Vector256.Load(x + i + 8) - centre;
            s0 = Vector256.MultiplyAddEstimate(a, a, s0);
            s1 = Vector256.MultiplyAddEstimate(b, b, s1);
        }

        float squares = Vector256.Sum(s0 + s1);
        for (; i < width; i++) squares += (x[i] - mean) * (x[i] - mean);
        float scale = 1 / MathF.Sqrt(squares / width + epsilon);
        Vector256<float> factor = Vector256.Create(scale);
        for (i = 0; i <= width - Lanes; i += Lanes)
        {
            Vector256<float> y = Vector256.Load(weight + i) * ((Vector256.Load(x + i) - centre) * factor);
            (bias == null ? y : y + Vector256.Load(bias + i)).Store(output + i);
        }

        for (; i < width; i++) output[i] = weight[i] * ((x[i] - mean) * scale) + (bias == null ? 0 : bias[i]);
    }

    /// <summary>x += factor · y, the product rounded before the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* x, float* y, long length, float factor)
    {
        long i = 0;
        for (; i <= length - Lanes; i += Lanes) (Vector256.Load(x + i) + Vector256.Load(y + i) * factor).Store(x + i);
        for (; i < length; i++) x[i] += y[i] * factor;
    }

    /// <summary>target = Σ weights[j] · x[j], or +=, x being rows of <paramref name="width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WeightedSum(float* x, float* weights, int count, int width, float* target, bool accumulate)
    {
        int i = 0;
        for (; i <= width - Lanes; i += Lanes)
        {
            Vector256<float> sum = default;
            for (int j = 0; j < count; j++) sum += Vector256.Load(x + (long)j * width + i) * weights[j];
            (accumulate ? Vector256.Load(target + i) + sum : sum).Store(target + i);
        }

        for (; i < width; i++)
        {
            float sum = 0;
            for (int j = 0; j < count; j++) sum += x[(long)j * width + i] * weights[j];
            target[i] = accumulate ? target[i] + sum : sum;
        }
    }

    /// <summary>x = factor · x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* x, int length, float factor)
    {
        int i = 0;
        for (; i <= length - Lanes; i += Lanes) (Vector256.Load(x + i) * factor).Store(x + i);
        for (; i < length; i++) x[i] *= factor;
    }

    /// <summary>
    /// Rotates a head. Adjacent pairs: cos and sin have one entry a dimension, sin negative at even ones; halves: one entry a pair.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rope(float* x, float* cos, float* sin, int pairs, bool adjacent)
    {
        int i = 0;
        if (adjacent)
        {
            for (; i <= 2 * pairs - Lanes; i += Lanes)
            {
                Vector256<float> v = Vector256.Load(x + i);
                Vector256<float> swapped = Vector256.Shuffle(v, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
                Vector256.MultiplyAddEstimate(v, Vector256.Load(cos + i), swapped * Vector256.Load(sin + i)).Store(x + i);
            }

            for (; i < 2 * pairs; i += 2)
                (x[i], x[i + 1]) = (x[i] * cos[i] + x[i + 1] * sin[i], x[i + 1] * cos[i + 1] + x[i] * sin[i + 1]);
            return;
        }

        for (; i <= pairs - Lanes; i += Lanes)
        {
            Vector256<float> a = Vector256.Load(x + i), b = Vector256.Load(x + pairs + i);
            Vector256<float> c = Vector256.Load(cos + i), s = Vector256.Load(sin + i);
            Vector256.MultiplyAddEstimate(a, c, -(b * s)).Store(x + i);
            Vector256.MultiplyAddEstimate(b, c, a * s).Store(x + pairs + i);
        }

        for (; i < pairs; i++) (x[i], x[pairs + i]) = (x[i] * cos[i] - x[pairs + i] * sin[i], x[pairs + i] * cos[i] + x[i] * sin[i]);
    }
}
