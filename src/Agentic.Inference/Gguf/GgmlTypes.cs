using System.Collections.Frozen;

namespace Agentic.Inference.Gguf;

/// <summary>Facts about the element types: names, block sizes, and which of them this engine computes with. Thread-safe.</summary>
public static class GgmlTypes
{
    private static readonly FrozenDictionary<GgmlType, (int Values, int Bytes)> Blocks = new Dictionary<GgmlType, (int, int)>
    {
        [GgmlType.F32] = (1, 4),
        [GgmlType.F16] = (1, 2),
        [GgmlType.BF16] = (1, 2),
        [GgmlType.F64] = (1, 8),
        [GgmlType.I8] = (1, 1),
        [GgmlType.I16] = (1, 2),
        [GgmlType.I32] = (1, 4),
        [GgmlType.I64] = (1, 8),
        [GgmlType.Q4_0] = (32, 18),
        [GgmlType.Q4_1] = (32, 20),
        [GgmlType.Q5_0] = (32, 22),
        [GgmlType.Q5_1] = (32, 24),
        [GgmlType.Q8_0] = (32, 34),
        [GgmlType.Q8_1] = (32, 36),
        [GgmlType.IQ4_NL] = (32, 18),
        [GgmlType.MXFP4] = (32, 17),
        [GgmlType.NVFP4] = (64, 36),
        [GgmlType.Q1_0] = (128, 18),
        [GgmlType.Q2_K] = (256, 84),
        [GgmlType.Q3_K] = (256, 110),
        [GgmlType.Q4_K] = (256, 144),
        [GgmlType.Q5_K] = (256, 176),
        [GgmlType.Q6_K] = (256, 210),
        [GgmlType.Q8_K] = (256, 292),
        [GgmlType.IQ1_S] = (256, 50),
        [GgmlType.IQ1_M] = (256, 56),
        [GgmlType.IQ2_XXS] = (256, 66),
        [GgmlType.IQ2_XS] = (256, 74),
        [GgmlType.IQ2_S] = (256, 82),
        [GgmlType.IQ3_XXS] = (256, 98),
        [GgmlType.IQ3_S] = (256, 110),
        [GgmlType.IQ4_XS] = (256, 136),
        [GgmlType.TQ1_0] = (256, 54),
        [GgmlType.TQ2_0] = (256, 66),
    }.ToFrozenDictionary();

    /// <summary>The format's own name, such as <c>Q4_K</c>; for a number that the format does not define, <c>type 250</c>.</summary>
    public static string Name(GgmlType type) => Enum.IsDefined(type) ? type.ToString() : $"type {(uint)type}";

    /// <summary>Values a block; 0 when the block layout of the type is not known here.</summary>
    public static int BlockSize(GgmlType type) => Blocks.TryGetValue(type, out var block) ? block.Values : 0;

    /// <summary>Bytes a block; 0 when the block layout of the type is not known here.</summary>
    public static int BlockBytes(GgmlType type) => Blocks.TryGetValue(type, out var block) ? block.Bytes : 0;

    /// <summary>Whether weights of the type can be decoded (and so computed with).</summary>
    public static bool IsSupported(GgmlType type) => type is GgmlType.F32 or GgmlType.F16 or GgmlType.BF16
        or GgmlType.Q4_0 or GgmlType.Q4_1 or GgmlType.Q5_0 or GgmlType.Q5_1 or GgmlType.Q8_0
        or GgmlType.Q2_K or GgmlType.Q3_K or GgmlType.Q4_K or GgmlType.Q5_K or GgmlType.Q6_K
        or GgmlType.IQ4_NL or GgmlType.IQ4_XS or GgmlType.MXFP4;

    /// <summary>Bytes of <paramref name="count"/> consecutive values.</summary>
    /// <exception cref="ArgumentException">The type has no known layout, or the count is not a multiple of its block.</exception>
    public static long Bytes(GgmlType type, long count)
    {
        var size = BlockSize(type);
        if (size == 0 || count < 0 || count % size != 0)
        {
            throw new ArgumentException($"{count} values are not whole blocks of {Name(type)}.", nameof(count));
        }

        return checked(count / size * BlockBytes(type));
    }
}
