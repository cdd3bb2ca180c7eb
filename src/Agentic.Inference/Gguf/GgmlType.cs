namespace Agentic.Inference.Gguf;

/// <summary>Element types of GGUF tensors; the numbers are those of the format.</summary>
public enum GgmlType
{
    /// <summary>IEEE single.</summary>
    F32 = 0,
    /// <summary>IEEE half.</summary>
    F16 = 1,
    /// <summary>4 bits, 32 a block, one scale.</summary>
    Q4_0 = 2,
    /// <summary>4 bits, 32 a block, scale and minimum.</summary>
    Q4_1 = 3,
    /// <summary>5 bits, 32 a block, one scale.</summary>
    Q5_0 = 6,
    /// <summary>5 bits, 32 a block, scale and minimum.</summary>
    Q5_1 = 7,
    /// <summary>8 bits, 32 a block, one scale.</summary>
    Q8_0 = 8,
    /// <summary>8 bits with block sum; activations only.</summary>
    Q8_1 = 9,
    /// <summary>2 bits, 256 a block.</summary>
    Q2_K = 10,
    /// <summary>3 bits, 256 a block.</summary>
    Q3_K = 11,
    /// <summary>4 bits, 256 a block.</summary>
    Q4_K = 12,
    /// <summary>5 bits, 256 a block.</summary>
    Q5_K = 13,
    /// <summary>6 bits, 256 a block.</summary>
    Q6_K = 14,
    /// <summary>8 bits, 256 a block; activations only.</summary>
    Q8_K = 15,
    /// <summary>About 2.06 bits.</summary>
    IQ2_XXS = 16,
    /// <summary>About 2.31 bits.</summary>
    IQ2_XS = 17,
    /// <summary>About 3.06 bits.</summary>
    IQ3_XXS = 18,
    /// <summary>About 1.56 bits.</summary>
    IQ1_S = 19,
    /// <summary>4 bits, non-linear table, 32 a block.</summary>
    IQ4_NL = 20,
    /// <summary>About 3.44 bits.</summary>
    IQ3_S = 21,
    /// <summary>About 2.5 bits.</summary>
    IQ2_S = 22,
    /// <summary>4 bits, non-linear table, 256 a block.</summary>
    IQ4_XS = 23,
    /// <summary>Signed byte.</summary>
    I8 = 24,
    /// <summary>16-bit integer.</summary>
    I16 = 25,
    /// <summary>32-bit integer.</summary>
    I32 = 26,
    /// <summary>64-bit integer.</summary>
    I64 = 27,
    /// <summary>IEEE double.</summary>
    F64 = 28,
    /// <summary>About 1.75 bits.</summary>
    IQ1_M = 29,
    /// <summary>bfloat16.</summary>
    BF16 = 30,
    /// <summary>Ternary, 1.69 bits.</summary>
    TQ1_0 = 34,
    /// <summary>Ternary, 2.06 bits.</summary>
    TQ2_0 = 35,
    /// <summary>4-bit float (e2m1) with a shared power-of-two scale, 32 a block.</summary>
    MXFP4 = 39,
    /// <summary>4-bit float with e4m3 scales.</summary>
    NVFP4 = 40,
    /// <summary>One bit.</summary>
    Q1_0 = 41,
    /// <summary>Two bits.</summary>
    Q2_0 = 42,
}
