using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>e^x to about 2 units in the last place: x = n·ln 2 + r with |r| ≤ ln 2 / 2, a polynomial in r, and n added to the exponent. Exactly 1 at 0, 0 below −87.</summary>
internal static class VectorExp
{
    private const float Lowest = -87f, Highest = 88f;
    private const float Log2E = 1.44269504f, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;
    private const float C2 = 0.5f, C3 = 1.6666665459e-1f, C4 = 4.1665795894e-2f, C5 = 8.3334519073e-3f, C6 = 1.3981999507e-3f, C7 = 1.9875691500e-4f;

    /// <summary>8 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        Vector256<float> y = Vector256.Min(x, Vector256.Create(Highest));
        Vector256<float> n = Vector256.Round(y * Log2E);
        Vector256<float> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2High), y);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2Low), r);
        Vector256<float> p = Vector256.MultiplyAddEstimate(Vector256.Create(C7), r, Vector256.Create(C6));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(C5));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(C4));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(C3));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(C2));
        p = Vector256.MultiplyAddEstimate(p, r * r, r) + Vector256<float>.One;
        Vector256<float> result = (p.AsInt32() + (Vector256.ConvertToInt32Native(n) << 23)).AsSingle();
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(Lowest)), Vector256<float>.Zero, result);
    }

    /// <summary>16 numbers, the same bits as two of <see cref="Exp(Vector256{float})"/> where both use fused operations.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        Vector512<float> y = Vector512.Min(x, Vector512.Create(Highest));
        Vector512<float> n = Vector512.Round(y * Log2E);
        Vector512<float> r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Ln2High), y);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-Ln2Low), r);
        Vector512<float> p = Vector512.MultiplyAddEstimate(Vector512.Create(C7), r, Vector512.Create(C6));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(C5));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(C4));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(C3));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(C2));
        p = Vector512.MultiplyAddEstimate(p, r * r, r) + Vector512<float>.One;
        Vector512<float> result = (p.AsInt32() + (Vector512.ConvertToInt32Native(n) << 23)).AsSingle();
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(Lowest)), Vector512<float>.Zero, result);
    }

    /// <summary>One number, by the vector formula.</summary>
    public static float Exp(float x) => Exp(Vector256.Create(x)).ToScalar();
}
