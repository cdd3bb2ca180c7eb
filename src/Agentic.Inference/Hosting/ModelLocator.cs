namespace Agentic.Inference.Hosting;

/// <summary>Finds the model file when an application does not insist on one.</summary>
public static class ModelLocator
{
    /// <summary>Environment variable with the path of the model file.</summary>
    public const string Variable = "AGENTIC_MODEL";

    /// <summary>The file looked for in folders named <c>models</c>.</summary>
    public const string DefaultFile = "SmolLM2-135M-Instruct.Q4_1.gguf";

    /// <summary>The path given, else that of <see cref="Variable"/>, else <c>models/</c> with <see cref="DefaultFile"/> beside the executable, up the tree from it, or up from the current folder.</summary>
    /// <param name="path">A path, or null.</param>
    /// <exception cref="ModelException">There is no such file.</exception>
    public static string Find(string? path = null)
    {
        string? named = string.IsNullOrWhiteSpace(path) ? Environment.GetEnvironmentVariable(Variable) : path;
        if (!string.IsNullOrWhiteSpace(named))
        {
            string origin = string.IsNullOrWhiteSpace(path) ? $" that {Variable} names" : "";
            return File.Exists(named) ? Path.GetFullPath(named)
                : throw new ModelException($"The model file {named}{origin} {(Directory.Exists(named) ? "is a folder" : "does not exist")}.", "Give the path of a GGUF file.");
        }

        return Upwards(AppContext.BaseDirectory).Concat(Upwards(Environment.CurrentDirectory))
            .Select(folder => Path.Combine(folder, "models", DefaultFile)).FirstOrDefault(File.Exists)
            ?? throw new ModelException(
                $"No model was named and {DefaultFile} is in no folder 'models' from {AppContext.BaseDirectory} or {Environment.CurrentDirectory} upwards.",
                $"Give the path of a GGUF file, or set {Variable}.");
    }

    private static IEnumerable<string> Upwards(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
