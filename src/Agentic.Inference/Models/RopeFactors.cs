using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models;

/// <summary>The optional tensor that divides rotary frequencies (Llama 3.1 and later).</summary>
internal static class RopeFactors
{
    public const string TensorName = "rope_freqs.weight";

    /// <summary>One divisor a pair; empty when the file has none.</summary>
    public static float[] Read(GgufFile file, int ropeDim)
    {
        if (file.Find(TensorName) is not { } tensor)
        {
            return [];
        }

        if (tensor.Type != GgmlType.F32 || tensor.Dimensions.Count != 1 || tensor.Columns != ropeDim / 2)
        {
            throw new GgufFormatException(file.Path, TensorName, $"is {GgmlTypes.Name(tensor.Type)} of {tensor.Shape}; F32 of {ropeDim / 2} was expected, one value a rotated pair.");
        }

        var factors = new float[ropeDim / 2];
        Dequantizer.Dequantize(tensor.Type, file.Bytes(tensor), factors);
        return factors.All(f => float.IsFinite(f) && f > 0)
            ? factors
            : throw new GgufFormatException(file.Path, TensorName, "holds a value that is not a positive finite number.");
    }
}
