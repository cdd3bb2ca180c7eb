using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>
/// 0.5 x erfc(−x/√2). With z = |x|/√2 and t = 1/(1 + z/2), erfc(z) = t · exp(−z² + P(t)) to 1.2e-7 of its value, P a polynomial of degree 9
/// (Press et al., Numerical Recipes, §6.2).
/// </summary>
internal readonly struct GeluErfFunction : IFunction
{
    private const float HalfRoot = 0.70710678f;

    private static ReadOnlySpan<float> P =>
        [0.17087277f, -0.82215223f, 1.48851587f, -1.13520398f, 0.27886807f, -0.18628806f, 0.09678418f, 0.37409196f, 1.00002368f, -1.26551223f];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        Vector256<float> z = Vector256.Abs(x) * HalfRoot;
        Vector256<float> t = Vector256<float>.One / Vector256.MultiplyAddEstimate(z, Vector256.Create(0.5f), Vector256<float>.One);
        Vector256<float> p = Vector256.Create(P[0]);
        for (int i = 1; i < 10; i++) p = Vector256.MultiplyAddEstimate(p, t, Vector256.Create(P[i]));
        Vector256<float> half = t * VectorExp.Exp(Vector256.MultiplyAddEstimate(-z, z, p)) * 0.5f;
        return x * Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), half, Vector256<float>.One - half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        Vector512<float> z = Vector512.Abs(x) * HalfRoot;
        Vector512<float> t = Vector512<float>.One / Vector512.MultiplyAddEstimate(z, Vector512.Create(0.5f), Vector512<float>.One);
        Vector512<float> p = Vector512.Create(P[0]);
        for (int i = 1; i < 10; i++) p = Vector512.MultiplyAddEstimate(p, t, Vector512.Create(P[i]));
        Vector512<float> half = t * VectorExp.Exp(Vector512.MultiplyAddEstimate(-z, z, p)) * 0.5f;
        return x * Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), half, Vector512<float>.One - half);
    }
}
