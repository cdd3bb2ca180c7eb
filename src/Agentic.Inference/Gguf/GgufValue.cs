using System.Globalization;

namespace Agentic.Inference.Gguf;

/// <summary>A metadata value. Scalars and strings are held; an array stays in the file and is read by <see cref="GgufFile"/>'s array getters.</summary>
/// <param name="Type">Type of the value.</param>
/// <param name="ElementType">For an array the type of its elements, else the same as <paramref name="Type"/>.</param>
/// <param name="Count">Number of elements of an array; 1 for a scalar.</param>
/// <param name="Offset">Where the value's bytes begin in the file (after the length of a string, after the count of an array).</param>
/// <param name="Bits">A scalar's bits, sign-extended for signed integers; the single's bits for f32, the double's for f64.</param>
/// <param name="Text">A string's text; null for others. Bytes that are not UTF-8 are replaced by U+FFFD.</param>
public sealed record GgufValue(GgufValueType Type, GgufValueType ElementType, long Count, long Offset, long Bits = 0, string? Text = null)
{
    /// <summary>The type by the format's short name: <c>u32</c>, <c>string</c>, <c>array of f32</c>.</summary>
    public string TypeName => Type == GgufValueType.Array ? $"array of {GgufValueTypes.Name(ElementType)}" : GgufValueTypes.Name(Type);

    /// <summary>A whole number of any width, when it fits 64 bits signed.</summary>
    public bool TryGetInteger(out long value)
    {
        value = Bits;
        return GgufValueTypes.IsInteger(Type) && (Type != GgufValueType.UInt64 || Bits >= 0);
    }

    /// <summary>A floating-point number of either width.</summary>
    public bool TryGetFloat(out double value)
    {
        value = Type == GgufValueType.Float32 ? BitConverter.Int32BitsToSingle((int)Bits) : BitConverter.Int64BitsToDouble(Bits);
        return Type is GgufValueType.Float32 or GgufValueType.Float64;
    }

    /// <summary>The value for people: text, number, or <c>[count × type]</c>.</summary>
    public override string ToString() => Type switch
    {
        GgufValueType.String => Text!,
        GgufValueType.Array => $"[{Count} × {GgufValueTypes.Name(ElementType)}]",
        GgufValueType.Bool => Bits == 0 ? "false" : "true",
        GgufValueType.Float32 => BitConverter.Int32BitsToSingle((int)Bits).ToString(CultureInfo.InvariantCulture),
        GgufValueType.Float64 => BitConverter.Int64BitsToDouble(Bits).ToString(CultureInfo.InvariantCulture),
        GgufValueType.UInt64 => ((ulong)Bits).ToString(CultureInfo.InvariantCulture),
        _ => Bits.ToString(CultureInfo.InvariantCulture),
    };
}
