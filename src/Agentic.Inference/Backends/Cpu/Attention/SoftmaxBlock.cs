using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Agentic.Inference.Backends.Cpu.Kernels;

namespace Agentic.Inference.Backends.Cpu.Attention;

/// <summary>Softmax over the scores of one row and split, and the merge of splits. Lengths are multiples of 64; orders are fixed.</summary>
internal static unsafe class SoftmaxBlock
{
    /// <summary>Adds a constant.</summary>
    public static void Shift(float* scores, int count, float shift)
    {
        for (int i = 0; i < count; i++) scores[i] += shift;
    }

    /// <summary>Replaces scores by factor · exp(score − largest), the factor a power of two; gives the largest score and the sum of exponentials. A largest score of −∞ leaves zeros.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exponentials(float* scores, int count, float factor, out float largest, out float sum)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> m0 = Vector512.Load(scores), m1 = Vector512.Load(scores + 16);
            for (int i = 0; i < count; i += 32)
            {
                m0 = Vector512.Max(m0, Vector512.Load(scores + i));
                m1 = Vector512.Max(m1, Vector512.Load(scores + i + 16));
            }

            m0 = Vector512.Max(m0, m1);
            largest = Largest(Vector256.Max(m0.GetLower(), m0.GetUpper()));
        }
        else
        {
            Vector256<float> m = Vector256.Load(scores);
            for (int i = 8; i < count; i += 8) m = Vector256.Max(m, Vector256.Load(scores + i));
            largest = Largest(m);
        }

        if (float.IsNegativeInfinity(largest))
        {
            new Span<float>(scores, count).Clear();
            sum = 0;
            return;
        }

        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> shift = Vector512.Create(largest), s0 = default, s1 = default;
            for (int i = 0; i < count; i += 32)
            {
                Vector512<float> p = VectorExp.Exp(Vector512.Load(scores + i) - shift), q = VectorExp.Exp(Vector512.Load(scores + i + 16) - shift);
                (p * factor).Store(scores + i);
                (q * factor).Store(scores + i + 16);
                s0 += p;
                s1 += q;
            }

            s0 += s1;
            sum = Vector256.Sum(s0.GetLower() + s0.GetUpper());
        }
        else
        {
            Vector256<float> shift = Vector256.Create(largest), s = default;
            for (int i = 0; i < count; i += 8)
            {
                Vector256<float> p = VectorExp.Exp(Vector256.Load(scores + i) - shift);
                (p * factor).Store(scores + i);
                s += p;
            }

            sum = Vector256.Sum(s);
        }
    }

    /// <summary>Folds a split (largest score, sum, weighted values) into a running state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Merge(float* state, float* values, float largest, float sum, float* splitValues, int width)
    {
        if (float.IsNegativeInfinity(largest)) return;
        float top = MathF.Max(state[0], largest);
        float old = float.IsNegativeInfinity(state[0]) ? 0 : VectorExp.Exp(state[0] - top);
        float add = VectorExp.Exp(largest - top);
        state[0] = top;
        state[1] = state[1] * old + sum * add;
        Vector256<float> o = Vector256.Create(old), a = Vector256.Create(add);
        for (int i = 0; i < width; i += 8)
            Vector256.MultiplyAddEstimate(Vector256.Load(splitValues + i), a, Vector256.Load(values + i) * o).Store(values + i);
    }

    private static float Largest(Vector256<float> v)
    {
        Vector128<float> m = Vector128.Max(v.GetLower(), v.GetUpper());
        m = Vector128.Max(m, Vector128.Shuffle(m, Vector128.Create(2, 3, 0, 1)));
        m = Vector128.Max(m, Vector128.Shuffle(m, Vector128.Create(1, 0, 3, 2)));
        return m.ToScalar();
    }
}
