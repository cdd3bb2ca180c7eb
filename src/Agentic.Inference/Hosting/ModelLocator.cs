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

    /// <summary>The path given, else that of <see cref="Variable"/>, else <c>models/</c> with <see cref="DefaultFile"/> beside the executable, up the tree from it, or up from the current folder.</summary>
    /// <param name="path">A path, or null.</param>
    /// <exception cref="ModelException">There is no such file.</exception>
    public static string Find(string? path = null) => Find(path, Variable, DefaultFile);

    /// <summary>The same for embeddings: the path given, else that of <see cref="EmbeddingVariable"/>, else <see cref="DefaultEmbeddingFile"/>.</summary>
    /// <param name="path">A path, or null.</param>
    /// <exception cref="ModelException">There is no such file.</exception>
    public static string FindEmbedding(string? path = null) => Find(path, EmbeddingVariable, DefaultEmbeddingFile);

    private static string Find(string? path, string variable, string file)
    {
        string? named = string.IsNullOrWhiteSpace(path) ? Environment.GetEnvironmentVariable(variable) : path;
        if (!string.IsNullOrWhiteSpace(named))
        {
            string origin = string.IsNullOrWhiteSpace(path) ? $" that {variable} names" : "";
            return File.Exists(named) ? Path.GetFullPath(named)
                : throw new ModelException($"The model file {named}{origin} {(Directory.Exists(named) ? "is a folder" : "does not exist")}.", "Give the path of a GGUF file.");
        }

        return Upwards(AppContext.BaseDirectory).Concat(Upwards(Environment.CurrentDirectory))
            .Select(folder => Path.Combine(folder, "models", file)).FirstOrDefault(File.Exists)
            ?? throw new ModelException(
                $"No model was named and {file} is in no folder 'models' from {AppContext.BaseDirectory} or {Environment.CurrentDirectory} upwards.",
                $"Give the path of a GGUF file, or set {variable}.");
    }

    private static IEnumerable<string> Upwards(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
