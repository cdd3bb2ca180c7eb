using Agentic.Inference.Gguf;
using Agentic.Inference.Models.Tensors;

namespace Agentic.Inference.Models;

/// <summary>Says whether a file could be loaded, without loading it.</summary>
public static class ModelCheck
{
    /// <summary>Reads the hyper-parameters and holds every tensor's shape and type against them, as loading does; no weight is read.</summary>
    /// <exception cref="GgufFormatException">Something is missing, of the wrong type or absurd.</exception>
    /// <exception cref="ModelNotSupportedException">The architecture, or something that it asks for, is not supported.</exception>
    public static ModelConfig Read(GgufFile file)
    {
        ModelConfig config = ModelConfig.Read(file);
        _ = TensorCatalog.Read(file, config);
        return config;
    }

    /// <summary>Identifies the weights as <see cref="LanguageModel.WeightsId"/> does.</summary>
    public static string WeightsId(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return WeightsHash.Compute(file);
    }
}
