using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>cap · tanh(x / cap).</summary>
internal static unsafe class SoftCap
{
    // Below this the quotient of exponentials loses digits; the polynomial and its range are those of Cephes' tanhf.
    private const float Near = 0.625f;

    /// <summary>In place; every element by the vector formula, so that a result does not depend on where it lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* x, int count, float cap)
    {
        Vector256<float> c = Vector256.Create(cap), inverse = Vector256.Create(1 / cap);
        int i = 0;
        for (; i <= count - 8; i += 8) (c * Tanh(Vector256.Load(x + i) * inverse)).Store(x + i);
        for (; i < count; i++) x[i] = (c * Tanh(Vector256.Create(x[i]) * inverse)).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Tanh(Vector256<float> x)
    {
        Vector256<float> e = VectorExp.Exp(Vector256.Abs(x) * -2f);
        Vector256<float> far = Vector256.CopySign((Vector256<float>.One - e) / (Vector256<float>.One + e), x);
        Vector256<float> z = x * x;
        Vector256<float> p = Vector256.MultiplyAddEstimate(Vector256.Create(-5.70498872745e-3f), z, Vector256.Create(2.06390887954e-2f));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(-5.37397155531e-2f));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(1.33314422036e-1f));
        p = Vector256.MultiplyAddEstimate(p, z, Vector256.Create(-3.33332819422e-1f));
        Vector256<float> near = Vector256.MultiplyAddEstimate(p * z, x, x);
        return Vector256.ConditionalSelect(Vector256.LessThan(Vector256.Abs(x), Vector256.Create(Near)), near, far);
    }
}
