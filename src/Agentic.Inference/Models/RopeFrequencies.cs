namespace Agentic.Inference.Models;

/// <summary>The formulas of rotary frequencies, in double precision.</summary>
internal static class RopeFrequencies
{
    /// <summary>Radians a position for each of <paramref name="dims"/> / 2 pairs, and the factor on cos and sin.</summary>
    /// <param name="dims">Rotated dimensions n; even.</param>
    /// <param name="rotaryBase">Base b: pair i turns by b^(−2i/n) a position.</param>
    /// <param name="scaling">How they are stretched.</param>
    /// <param name="factors">Divides each frequency (Llama 3.1's <c>rope_freqs</c>); empty = none.</param>
    /// <param name="window">Tokens that will be held, for dynamic NTK.</param>
    public static (double[] Frequencies, double Magnitude) Create(int dims, double rotaryBase, RopeScaling scaling, ReadOnlySpan<float> factors, long window)
    {
        var b = StretchedBase(dims, rotaryBase, scaling, window);
        var frequencies = new double[dims / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = Math.Pow(b, -2.0 * i / dims) / (factors.IsEmpty ? 1 : factors[i]);
        }

        var magnitude = scaling.AttentionFactor;
        if (scaling.Kind == RopeScalingKind.Linear)
        {
            Divide(frequencies, scaling.Factor);
        }
        else if (scaling.Kind == RopeScalingKind.Yarn)
        {
            Interpolate(frequencies, dims, b, scaling);
            if (scaling.ExtrapolationFactor != 0 && scaling.Factor > 1 && scaling.LogMultiplier == 0)
            {
                magnitude *= 1 + (0.1 * Math.Log(scaling.Factor));
            }
        }

        return (frequencies, magnitude);
    }

    /// <summary>b · s^(n/(n−2)); dynamic: s = factor · window / original − (factor − 1), never below 1.</summary>
    private static double StretchedBase(int dims, double b, RopeScaling scaling, long window)
    {
        var stretch = scaling.Kind switch
        {
            RopeScalingKind.Ntk => scaling.Factor,
            RopeScalingKind.DynamicNtk => (scaling.Factor * Math.Max(window, scaling.OriginalContext) / scaling.OriginalContext) - (scaling.Factor - 1),
            _ => 1,
        };
        return dims > 2 ? b * Math.Pow(stretch, dims / (dims - 2.0)) : b;
    }

    private static void Divide(double[] frequencies, double factor)
    {
        for (var i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] /= factor;
        }
    }

    /// <summary>YaRN: a ramp over the pair index from "keep" to "divide by the factor".</summary>
    private static void Interpolate(double[] frequencies, int dims, double b, RopeScaling scaling)
    {
        var (low, high) = (PairOfRotations(scaling.BetaFast), PairOfRotations(scaling.BetaSlow));
        (low, high) = scaling.RoundsRamp ? (Math.Floor(low), Math.Ceiling(high)) : (low, high);
        (low, high) = (Math.Max(0, low), Math.Min(dims - 1, high));
        for (var i = 0; i < frequencies.Length; i++)
        {
            var ramp = Math.Clamp((i - low) / Math.Max(0.001, high - low), 0, 1);
            var keep = (1 - ramp) * scaling.ExtrapolationFactor;
            frequencies[i] = (frequencies[i] * keep) + (frequencies[i] / scaling.Factor * (1 - keep));
        }

        // The (fractional) pair that turns this often over the original context.
        double PairOfRotations(double rotations) =>
            dims * Math.Log(scaling.OriginalContext / (rotations * 2 * Math.PI)) / (2 * Math.Log(b));
    }
}
