using Agentic.Inference.Gguf;

namespace Agentic.Inference.Models.Tensors;

/// <summary>One linear map: tensors of equal width whose rows stand one after the other.</summary>
/// <param name="Parts">[columns, rows] each.</param>
/// <param name="Biases">[rows] for each part; null where it has none.</param>
internal sealed record LinearTensors(IReadOnlyList<GgufTensor> Parts, IReadOnlyList<GgufTensor?> Biases);

/// <summary>A norm.</summary>
/// <param name="Weight">[width]</param>
/// <param name="Bias">[width]; null when it has none.</param>
internal sealed record NormTensors(GgufTensor Weight, GgufTensor? Bias);
