using System.Globalization;
using System.Numerics;

namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>A decimal number without rounding: <see cref="Mantissa"/> × 10^-<see cref="Scale"/>, normalised to the smallest scale ≥ 0.</summary>
internal readonly struct ExactDecimal : IComparable<ExactDecimal>, IEquatable<ExactDecimal>
{
    /// <summary>The largest exponent of ten that is read.</summary>
    public const int MaxExponent = 400;

    public ExactDecimal(BigInteger mantissa, int scale)
    {
        while (scale > 0 && mantissa % 10 == 0)
        {
            mantissa /= 10;
            scale--;
        }

        Mantissa = scale < 0 ? mantissa * BigInteger.Pow(10, -scale) : mantissa;
        Scale = Math.Max(scale, 0);
    }

    public BigInteger Mantissa { get; }

    public int Scale { get; }

    public bool IsInteger => Scale == 0;

    /// <summary>The number of decimal digits it takes to write it without exponent and sign.</summary>
    public int Digits => Math.Max(BigInteger.Abs(Mantissa).ToString(CultureInfo.InvariantCulture).Length, Scale + 1);

    /// <summary>Reads a JSON number; false when it has more than a thousand digits or an exponent beyond ±<see cref="MaxExponent"/>.</summary>
    public static bool TryParse(string json, out ExactDecimal value)
    {
        value = default;
        int e = json.AsSpan().IndexOfAny('e', 'E');
        int exponent = 0;
        if (json.Length > 1000 || (e >= 0 && !int.TryParse(json.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)) || Math.Abs((long)exponent) > MaxExponent)
        {
            return false;
        }

        string digits = e >= 0 ? json[..e] : json;
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        int scale = point < 0 ? 0 : digits.Length - point - 1;
        value = new(BigInteger.Parse(digits.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), scale - exponent);
        return true;
    }

    /// <summary>The value × 10^<paramref name="digits"/>, rounded down.</summary>
    public BigInteger FloorAt(int digits)
    {
        if (digits >= Scale)
        {
            return Mantissa * BigInteger.Pow(10, digits - Scale);
        }

        BigInteger quotient = BigInteger.DivRem(Mantissa, BigInteger.Pow(10, Scale - digits), out BigInteger rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }

    /// <summary>The value × 10^<paramref name="digits"/>, rounded up.</summary>
    public BigInteger CeilingAt(int digits) => -new ExactDecimal(-Mantissa, Scale).FloorAt(digits);

    /// <summary>The smallest positive number that is a whole multiple of both.</summary>
    public static ExactDecimal LeastCommonMultiple(ExactDecimal a, ExactDecimal b)
    {
        int scale = Math.Max(a.Scale, b.Scale);
        BigInteger left = a.FloorAt(scale), right = b.FloorAt(scale);
        return new(left / BigInteger.GreatestCommonDivisor(left, right) * right, scale);
    }

    public int CompareTo(ExactDecimal other)
    {
        int scale = Math.Max(Scale, other.Scale);
        return FloorAt(scale).CompareTo(other.FloorAt(scale));
    }

    public bool Equals(ExactDecimal other) => Scale == other.Scale && Mantissa == other.Mantissa;

    public override bool Equals(object? obj) => obj is ExactDecimal other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Mantissa, Scale);

    public override string ToString()
    {
        string digits = BigInteger.Abs(Mantissa).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        string sign = Mantissa.Sign < 0 ? "-" : "";
        return Scale == 0 ? sign + digits : $"{sign}{digits[..^Scale]}.{digits[^Scale..]}";
    }
}
