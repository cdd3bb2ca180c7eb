using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>A function of each lane, for both widths of vectors; the widths give the same bits where both use fused operations.</summary>
internal interface IFunction
{
    /// <summary>8 numbers.</summary>
    static abstract Vector256<float> Of(Vector256<float> x);

    /// <summary>16 numbers.</summary>
    static abstract Vector512<float> Of(Vector512<float> x);
}

/// <summary>1 / (1 + e⁻ˣ).</summary>
internal readonly struct SigmoidFunction : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + VectorExp.Exp(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + VectorExp.Exp(-x));
}

/// <summary>x / (1 + e⁻ˣ).</summary>
internal readonly struct SiluFunction : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x) => x / (Vector256<float>.One + VectorExp.Exp(-x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x) => x / (Vector512<float>.One + VectorExp.Exp(-x));
}

/// <summary>gpt-oss: g / (1 + e^(−1.702 g)) of g = min(x, 7).</summary>
internal readonly struct ClampedSwishFunction : IFunction
{
    public const float Limit = 7, Slope = 1.702f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        Vector256<float> g = Vector256.Min(x, Vector256.Create(Limit));
        return g / (Vector256<float>.One + VectorExp.Exp(g * -Slope));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        Vector512<float> g = Vector512.Min(x, Vector512.Create(Limit));
        return g / (Vector512<float>.One + VectorExp.Exp(g * -Slope));
    }
}

/// <summary>0.5 x (1 + tanh u) = x / (1 + e^(−2u)), u = √(2/π) (x + 0.044715 x³).</summary>
internal readonly struct GeluTanhFunction : IFunction
{
    private const float Linear = -1.5957691216f, Cubic = -0.0713548162726f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> x)
    {
        Vector256<float> u = x * Vector256.MultiplyAddEstimate(x * x, Vector256.Create(Cubic), Vector256.Create(Linear));
        return x / (Vector256<float>.One + VectorExp.Exp(u));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(Vector512<float> x)
    {
        Vector512<float> u = x * Vector512.MultiplyAddEstimate(x * x, Vector512.Create(Cubic), Vector512.Create(Linear));
        return x / (Vector512<float>.One + VectorExp.Exp(u));
    }
}
