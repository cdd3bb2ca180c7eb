namespace Agentic.Inference.Tokenization;

/// <summary>The token types of GGUF (<c>tokenizer.ggml.token_type</c>).</summary>
internal enum TokenKind : byte
{
    /// <summary>Ordinary text.</summary>
    Normal = 1,

    /// <summary>Stands for what the vocabulary cannot express.</summary>
    Unknown = 2,

    /// <summary>A mark of the format, such as the end of a turn.</summary>
    Control = 3,

    /// <summary>Added to the vocabulary by hand; not made by merges.</summary>
    UserDefined = 4,

    /// <summary>A reserved place.</summary>
    Unused = 5,

    /// <summary>One byte, written <c>&lt;0xNN&gt;</c>.</summary>
    Byte = 6,
}
