using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models;

/// <summary>The optional tensors that divide rotary frequencies: <c>rope_freqs</c> (Llama 3.1 and later), or LongRoPE's short and long factors.</summary>
internal static class RopeFactors
{
    private const string Frequencies = "rope_freqs.weight";
    private const string Long = "rope_factors_long.weight";
    private const string Short = "rope_factors_short.weight";

    /// <summary>Names of the tensors; they are no parameters.</summary>
    public static IReadOnlyList<string> TensorNames { get; } = [Frequencies, Long, Short];

    /// <summary>Whether a file has LongRoPE's factors.</summary>
    public static bool HasLong(GgufFile file) => file.Find(Long) is not null || file.Find(Short) is not null;

    /// <summary>One divisor a pair; empty when the file has none.</summary>
    /// <param name="file">The file.</param>
    /// <param name="ropeDim">Rotated dimensions.</param>
    /// <param name="extended">Whether sequences may be longer than the original context, so that LongRoPE's long factors hold.</param>
    public static float[] Read(GgufFile file, int ropeDim, bool extended)
    {
        if (file.Find(Frequencies) is { } frequencies)
        {
            return Values(file, frequencies, ropeDim);
        }

        if (!HasLong(file))
        {
            return [];
        }

        var chosen = file.Find(extended ? Long : Short) ?? throw file.Missing(extended ? Long : Short);
        return Values(file, chosen, ropeDim);
    }

    private static float[] Values(GgufFile file, GgufTensor tensor, int ropeDim)
    {
        if (tensor.Type != GgmlType.F32 || tensor.Dimensions.Count != 1 || tensor.Columns != ropeDim / 2)
        {
            throw new GgufFormatException(file.Path, tensor.Name, $"is {GgmlTypes.Name(tensor.Type)} of {tensor.Shape}; F32 of {ropeDim / 2} was expected, one value a rotated pair.");
        }

        var factors = new float[ropeDim / 2];
        Dequantizer.Dequantize(tensor.Type, file.Bytes(tensor), factors);
        return factors.All(f => float.IsFinite(f) && f > 0)
            ? factors
            : throw new GgufFormatException(file.Path, tensor.Name, "holds a value that is not a positive finite number.");
    }
}
