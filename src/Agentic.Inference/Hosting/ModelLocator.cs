namespace Agentic.Inference.Hosting;

/// <summary>Finds the model file when an application does not insist on one.</summary>
public static class ModelLocator
{
    /// <summary>Environment variable with the path of the model file.</summary>
    public const string Variable = "AGENTIC_MODEL";

    /// <summary>The file looked for in folders named <c>models</c>.</summary>
    public const string DefaultFile = "SmolLM2-135M-Instruct.Q4_1.gguf";

    /// <summary>Environment variable with the path of the embedding model's file.</summary>
    public const string EmbeddingVariable = "AGENTIC_EMBEDDING_MODEL";

    /// <summary>The embedding model's file looked for in folders named <c>models</c>.</summary>
    public const string DefaultEmbeddingFile = "all-MiniLM-L6-v2.Q8_0.gguf";

    /// <summary>The search of this process: beside its executable, and from its current folder, with its environment.</summary>
    private static ModelSearch Search => new(AppContext.BaseDirectory, Environment.CurrentDirectory, Environment.GetEnvironmentVariable);

    /// <summary>The file that is asked for, else that of <see cref="Variable"/>, else <see cref="DefaultFile"/>.</summary>
    /// <inheritdoc cref="ModelSearch.Find(string?)"/>
    public static string Find(string? asked = null) => Search.Find(asked);

    /// <summary>The same for embeddings: <see cref="EmbeddingVariable"/> and <see cref="DefaultEmbeddingFile"/>.</summary>
    /// <inheritdoc cref="ModelSearch.FindEmbedding"/>
    public static string FindEmbedding(string? asked = null) => Search.FindEmbedding(asked);
}
