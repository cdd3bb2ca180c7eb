using Agentic.Inference.Gguf;
using Agentic.Inference.Models;
using Agentic.Inference.Models.Blocks;
using Agentic.Inference.Models.Tensors;

namespace Agentic.Inference.Tests.Gguf;

/// <summary>All checks that loading a model makes before it reads weights.</summary>
internal static class ModelFile
{
    public static ModelConfig Check(string path)
    {
        using var file = GgufFile.Open(path);
        var config = ModelConfig.Read(file);
        TensorCatalog.Read(file, config);
        TokenizerMetadata.Read(file);
        ModelRotation.Read(file, config, config.ContextLength);
        return config;
    }
}
