namespace Agentic.Inference.Constraints.JsonSchema.Reading;

/// <summary>Sets of JSON types; a number is an integer or a fraction, so that <c>integer</c> is a subset of <c>number</c>.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Fraction = 8,
    String = 16,
    Array = 32,
    Object = 64,
    Number = Integer | Fraction,
    Any = Null | Boolean | Number | String | Array | Object,
}
