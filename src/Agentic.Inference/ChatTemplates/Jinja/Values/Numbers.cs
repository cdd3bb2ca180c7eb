using System.Globalization;
using System.Numerics;

namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Integers, floats and booleans as numbers, and how floats are written.</summary>
internal static class Numbers
{
    public static bool TryGet(object? value, out double number)
    {
        number = value switch
        {
            bool flag => flag ? 1 : 0,
            long integer => integer,
            BigInteger integer => (double)integer,
            double real => real,
            _ => double.NaN,
        };
        return value is bool or long or double or BigInteger;
    }

    /// <summary>Booleans count as 0 and 1.</summary>
    public static object? Widen(object? value) => value is bool flag ? flag ? 1L : 0L : value;

    /// <summary>The shortest digits that round-trip, with an exponent from 1e16 up and below 1e-4.</summary>
    public static string Write(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        var shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        for (var digits = 0; digits < 17; digits++)
        {
            var attempt = value.ToString($"E{digits}", CultureInfo.InvariantCulture);
            if (double.Parse(attempt, CultureInfo.InvariantCulture) == value)
            {
                shortest = attempt;
                break;
            }
        }
        var split = shortest.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(shortest.AsSpan(split + 1), CultureInfo.InvariantCulture);
        if (exponent is < -4 or >= 16)
        {
            return $"{shortest[..split]}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent):00}";
        }
        var plain = ((decimal)value).ToString(CultureInfo.InvariantCulture);
        if (double.Parse(plain, CultureInfo.InvariantCulture) != value)
        {
            plain = value.ToString("R", CultureInfo.InvariantCulture);
        }
        return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
    }
}
