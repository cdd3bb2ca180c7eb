namespace Agentic.Inference.Gguf;

/// <summary>Types of metadata values; the numbers are those of the format.</summary>
public enum GgufValueType
{
    /// <summary>Unsigned byte.</summary>
    UInt8 = 0,
    /// <summary>Signed byte.</summary>
    Int8 = 1,
    /// <summary>16 bits, unsigned.</summary>
    UInt16 = 2,
    /// <summary>16 bits, signed.</summary>
    Int16 = 3,
    /// <summary>32 bits, unsigned.</summary>
    UInt32 = 4,
    /// <summary>32 bits, signed.</summary>
    Int32 = 5,
    /// <summary>IEEE single.</summary>
    Float32 = 6,
    /// <summary>One byte, 0 or 1.</summary>
    Bool = 7,
    /// <summary>UTF-8 text.</summary>
    String = 8,
    /// <summary>Elements of one type.</summary>
    Array = 9,
    /// <summary>64 bits, unsigned.</summary>
    UInt64 = 10,
    /// <summary>64 bits, signed.</summary>
    Int64 = 11,
    /// <summary>IEEE double.</summary>
    Float64 = 12,
}
