using System.Globalization;
using System.Numerics;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>Decimal numbers between limits, digit by digit: while the digits so far are those of a limit the next one is bound by it, afterwards free.</summary>
internal static class NumberGrammar
{
    /// <summary>Digits before the point where no limit says otherwise.</summary>
    public const int IntegerDigits = 15;

    /// <summary>Digits before the point where a limit reaches so far; more only where it demands more.</summary>
    public const int MostIntegerDigits = 20;

    /// <summary>Digits after the point.</summary>
    public const int FractionDigits = 10;

    /// <summary>The numbers, or null when there is none.</summary>
    public static GrammarNode? Create(NumberBounds bounds, bool fractions)
    {
        int scale = fractions ? FractionDigits : 0;
        BigInteger most = BigInteger.Pow(10, IntegerDigits + scale) - 1;

        // In units of the last digit, both ends included.
        BigInteger low = bounds.Low is { } l ? l.CeilingAt(scale) : -most, high = bounds.High is { } h ? h.FloorAt(scale) : most;
        low += bounds.LowExcluded && new ExactDecimal(low, scale).CompareTo(bounds.Low!.Value) == 0 ? 1 : 0;
        high -= bounds.HighExcluded && new ExactDecimal(high, scale).CompareTo(bounds.High!.Value) == 0 ? 1 : 0;
        BigInteger reach = BigInteger.Pow(10, MostIntegerDigits + scale) - 1;
        (low, high) = (BigInteger.Max(low, BigInteger.Min(-reach, high * 10)), BigInteger.Min(high, BigInteger.Max(reach, low * 10)));
        var options = new List<GrammarNode>();
        if (high >= 0 && Magnitudes(BigInteger.Max(low, 0), high, scale) is { } positive)
        {
            options.Add(positive);
        }

        if (low < 0 && Magnitudes(BigInteger.Max(-high, 1), -low, scale) is { } negative)
        {
            options.Add(GrammarNode.Sequence(GrammarNode.Text("-"), negative));
        }

        return options.Count == 0 ? null : GrammarNode.AnyOf(options);
    }

    /// <summary>Numbers from 0, by the length of their whole part.</summary>
    private static GrammarNode? Magnitudes(BigInteger low, BigInteger high, int scale)
    {
        if (low > high)
        {
            return null;
        }

        BigInteger unit = BigInteger.Pow(10, scale);
        var options = new List<GrammarNode>();
        for (int length = Digits(low / unit); length <= Digits(high / unit); length++)
        {
            BigInteger first = length == 1 ? 0 : BigInteger.Pow(10, length - 1) * unit, last = BigInteger.Pow(10, length) * unit - 1;
            (BigInteger from, BigInteger to) = (BigInteger.Max(low, first), BigInteger.Min(high, last));
            if (from <= to)
            {
                options.Add(new Walk(Padded(from, length + scale), Padded(to, length + scale), length).At(0, true, true)!);
            }
        }

        return options.Count == 0 ? null : GrammarNode.AnyOf(options);
    }

    private static int Digits(BigInteger value) => value.ToString(CultureInfo.InvariantCulture).Length;

    private static string Padded(BigInteger value, int digits) => value.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');

    /// <summary>Digits of one length between two numbers of that length, the point after so many.</summary>
    private sealed class Walk(string low, string high, int whole)
    {
        private readonly Dictionary<(int, bool, bool), GrammarNode?> _known = [];

        /// <summary>What may follow when so many digits are written; null when nothing can.</summary>
        public GrammarNode? At(int position, bool onLow, bool onHigh)
        {
            if (!_known.TryGetValue((position, onLow, onHigh), out GrammarNode? node))
            {
                _known[(position, onLow, onHigh)] = node = Create(position, onLow, onHigh);
            }

            return node;
        }

        private GrammarNode? Create(int position, bool onLow, bool onHigh)
        {
            // The number may end where nothing but zeros is missing to the lower limit; digits never end it above the upper one.
            bool mayEnd = position >= whole && (!onLow || low.AsSpan(position).IndexOfAnyExcept('0') < 0);
            if (position == low.Length)
            {
                return mayEnd ? GrammarNode.Empty : null;
            }

            var options = new List<GrammarNode>();
            int from = onLow ? low[position] - '0' : 0, to = onHigh ? high[position] - '0' : 9;
            for (int digit = from; digit <= to; digit++)
            {
                int last = digit;
                bool low1 = onLow && digit == from, high1 = onHigh && digit == to;
                while (!low1 && !high1 && last + 1 <= to && !(onHigh && last + 1 == to))
                {
                    last++;
                }

                if (At(position + 1, low1, high1) is { } rest)
                {
                    options.Add(GrammarNode.Sequence(GrammarNode.Byte(ByteSet.Range((byte)('0' + digit), (byte)('0' + last))), rest));
                }

                digit = last;
            }

            GrammarNode? more = options.Count == 0 ? null : GrammarNode.AnyOf(options);
            if (position == whole && more is not null)
            {
                more = GrammarNode.Sequence(GrammarNode.Text("."), more);
            }

            return !mayEnd ? more : more is null ? GrammarNode.Empty : GrammarNode.Optional(more);
        }
    }
}
