namespace Agentic.Inference.Backends.Scalar;

/// <summary>The definitions of <see cref="Activation"/>, in double.</summary>
internal static class ScalarActivations
{
    private const double Clamp = 7;

    public static void Glu(Activation activation, ReadOnlySpan<float> gateUp, int rows, int width, Span<float> output)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < width; i++)
            {
                double up = gateUp[r * 2 * width + width + i];
                up = activation == Activation.ClampedSwish ? Math.Clamp(up, -Clamp, Clamp) + 1 : up;
                output[r * width + i] = (float)(Of(activation, gateUp[r * 2 * width + i]) * up);
            }
        }
    }

    public static void Activate(Activation activation, Span<float> x)
    {
        foreach (ref float value in x)
        {
            value = (float)Of(activation, value);
        }
    }

    private static double Of(Activation activation, double x) => activation switch
    {
        Activation.Silu => x * Sigmoid(x),
        Activation.GeluTanh => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
        Activation.GeluErf => 0.5 * x * Erfc(-x / Math.Sqrt(2)),
        Activation.Sigmoid => Sigmoid(x),
        Activation.ClampedSwish => Math.Min(x, Clamp) * Sigmoid(1.702 * Math.Min(x, Clamp)),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>1 − erf(x): the Maclaurin series near zero, the continued fraction farther out.</summary>
    private static double Erfc(double x)
    {
        if (x < 0)
        {
            return 2 - Erfc(-x);
        }

        if (x < 2)
        {
            double term = x, sum = x;
            for (int n = 1; n < 60; n++)
            {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }

            return 1 - 2 / Math.Sqrt(Math.PI) * sum;
        }

        double tail = 0;
        for (int n = 80; n > 0; n--)
        {
            tail = n / 2.0 / (x + tail);
        }

        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + tail);
    }
}
