using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models.Tensors;

/// <summary>One linear map: tensors of equal width whose rows stand one after the other.</summary>
/// <param name="Parts">[columns, rows] each.</param>
/// <param name="Biases">[rows] for each part; null where it has none.</param>
internal sealed record LinearTensors(IReadOnlyList<GgufTensor> Parts, IReadOnlyList<GgufTensor?> Biases);

/// <summary>Stacked linear maps, one a group (an expert, a head): tensors of equal width; the rows of a group are those of each tensor, one after the other.</summary>
/// <param name="Groups">Number of maps.</param>
/// <param name="Parts">[columns, rows, groups] each.</param>
/// <param name="Biases">[rows, groups] for each part; null where it has none.</param>
internal sealed record StackTensors(int Groups, IReadOnlyList<GgufTensor> Parts, IReadOnlyList<GgufTensor?> Biases);

/// <summary>A norm.</summary>
/// <param name="Weight">[width]</param>
/// <param name="Bias">[width]; null when it has none.</param>
internal sealed record NormTensors(GgufTensor Weight, GgufTensor? Bias);
