using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Agentic.Inference.Backends.Cpu.Kernels;

/// <summary>Loops over vectors for each <see cref="Activation"/>: gated, (gate, up, count, output), and alone, (x, count) in place. Every element goes through the vector formula.</summary>
internal static unsafe class ActivationTable
{
    public static delegate*<float*, float*, int, float*, void> Gate(Activation activation) => activation switch
    {
        Activation.Silu => &Gated<SiluFunction>,
        Activation.GeluTanh => &Gated<GeluTanhFunction>,
        Activation.GeluErf => &Gated<GeluErfFunction>,
        Activation.Sigmoid => &Gated<SigmoidFunction>,
        Activation.ClampedSwish => &Gated<ClampedSwishFunction>,
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    public static delegate*<float*, int, void> Map(Activation activation) => activation switch
    {
        Activation.Silu => &Mapped<SiluFunction>,
        Activation.GeluTanh => &Mapped<GeluTanhFunction>,
        Activation.GeluErf => &Mapped<GeluErfFunction>,
        Activation.Sigmoid => &Mapped<SigmoidFunction>,
        Activation.ClampedSwish => &Mapped<ClampedSwishFunction>,
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gated<T>(float* gate, float* up, int count, float* output)
        where T : struct, IFunction
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= count - 16; i += 16) (T.Of(Vector512.Load(gate + i)) * Up<T>(Vector512.Load(up + i))).Store(output + i);
        }

        for (; i <= count - 8; i += 8) (T.Of(Vector256.Load(gate + i)) * Up<T>(Vector256.Load(up + i))).Store(output + i);
        for (; i < count; i++) output[i] = (T.Of(Vector256.Create(gate[i])) * Up<T>(Vector256.Create(up[i]))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Mapped<T>(float* x, int count)
        where T : struct, IFunction
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i <= count - 16; i += 16) T.Of(Vector512.Load(x + i)).Store(x + i);
        }

        for (; i <= count - 8; i += 8) T.Of(Vector256.Load(x + i)).Store(x + i);
        for (; i < count; i++) x[i] = T.Of(Vector256.Create(x[i])).ToScalar();
    }

    /// <summary>What the gate multiplies: up itself, for gpt-oss up clamped plus one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Up<T>(Vector256<float> up) => typeof(T) == typeof(ClampedSwishFunction)
        ? Vector256.Max(Vector256.Min(up, Vector256.Create(ClampedSwishFunction.Limit)), Vector256.Create(-ClampedSwishFunction.Limit)) + Vector256<float>.One
        : up;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Up<T>(Vector512<float> up) => typeof(T) == typeof(ClampedSwishFunction)
        ? Vector512.Max(Vector512.Min(up, Vector512.Create(ClampedSwishFunction.Limit)), Vector512.Create(-ClampedSwishFunction.Limit)) + Vector512<float>.One
        : up;
}
