using System.Numerics;
using Agentic.Inference.Constraints.JsonSchema.Reading;

namespace Agentic.Inference.Constraints.JsonSchema.Compiling;

/// <summary>The formats of numbers: the range of an integer type, or a hint about storage that leaves numbers as they are.</summary>
internal static class NumberFormats
{
    private static readonly Dictionary<string, (BigInteger Low, BigInteger High)> Ranges = new(StringComparer.Ordinal)
    {
        ["int8"] = (sbyte.MinValue, sbyte.MaxValue),
        ["uint8"] = (byte.MinValue, byte.MaxValue),
        ["int16"] = (short.MinValue, short.MaxValue),
        ["uint16"] = (ushort.MinValue, ushort.MaxValue),
        ["int32"] = (int.MinValue, int.MaxValue),
        ["uint32"] = (uint.MinValue, uint.MaxValue),
        ["int64"] = (long.MinValue, long.MaxValue),
        ["uint64"] = (ulong.MinValue, ulong.MaxValue),
    };

    private static readonly HashSet<string> Free = new(StringComparer.Ordinal) { "float", "double", "decimal" };

    /// <summary>The names of all formats that numbers may have.</summary>
    public static IEnumerable<string> Names => Ranges.Keys.Concat(Free).Order(StringComparer.Ordinal);

    /// <summary>Limits that a format adds; none when it speaks of no integers.</summary>
    public static NumberBounds Limit(string? format, NumberBounds bounds) => format is not null && Ranges.TryGetValue(format, out (BigInteger Low, BigInteger High) range)
        ? bounds.AtLeast(new ExactDecimal(range.Low, 0), false).AtMost(new ExactDecimal(range.High, 0), false)
        : bounds;
}
