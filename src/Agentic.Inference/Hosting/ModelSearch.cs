namespace Agentic.Inference.Hosting;

/// <summary>
/// Where model files are looked for: the path or name given, else what an environment variable names, else the default model, in the folders named
/// <c>models</c> beside the program, up the tree from it, and up from the current folder.
/// </summary>
/// <param name="programFolder">Folder of the program.</param>
/// <param name="currentFolder">Folder that relative paths start from.</param>
/// <param name="variable">Value of an environment variable; null or empty where it is not set.</param>
/// <remarks>Thread-safe. The file system is asked at every call.</remarks>
public sealed class ModelSearch(string programFolder, string currentFolder, Func<string, string?> variable)
{
    /// <summary>What the error of a file that is not there advises.</summary>
    public string Hint { get; init; } = "Give the path of a GGUF file.";

    /// <summary>The model file.</summary>
    /// <param name="asked">A path, or the name of a file in <see cref="Places"/> with or without its ending; null or blank = <see cref="ModelLocator.Variable"/>, else <see cref="ModelLocator.DefaultFile"/>.</param>
    /// <exception cref="ModelException">There is no such file.</exception>
    public string Find(string? asked = null) => Find(asked, ModelLocator.Variable, ModelLocator.DefaultFile);

    /// <summary>The embedding model's file.</summary>
    /// <param name="asked">As for <see cref="Find(string?)"/>, with <see cref="ModelLocator.EmbeddingVariable"/> and <see cref="ModelLocator.DefaultEmbeddingFile"/>.</param>
    /// <exception cref="ModelException">There is no such file.</exception>
    public string FindEmbedding(string? asked = null) => Find(asked, ModelLocator.EmbeddingVariable, ModelLocator.DefaultEmbeddingFile);

    /// <summary>The folders that are searched and exist, nearest first.</summary>
    public IEnumerable<string> Places() =>
        Upwards(programFolder).Concat(Upwards(currentFolder)).Select(folder => Path.Combine(folder, "models")).Where(Directory.Exists).Distinct();

    /// <summary>The GGUF files in these folders, after the one that <see cref="ModelLocator.Variable"/> names.</summary>
    public IEnumerable<string> All()
    {
        IEnumerable<string> found = Places().SelectMany(place => Directory.EnumerateFiles(place, "*.gguf").Order(StringComparer.Ordinal));
        string? named = variable(ModelLocator.Variable);
        return string.IsNullOrWhiteSpace(named) || !File.Exists(Absolute(named)) ? found : found.Prepend(Absolute(named)).Distinct();
    }

    private string Find(string? asked, string variableName, string file)
    {
        string? wanted = string.IsNullOrWhiteSpace(asked) ? variable(variableName) : asked;
        if (string.IsNullOrWhiteSpace(wanted))
        {
            return Places().Select(place => Path.Combine(place, file)).FirstOrDefault(File.Exists)
                ?? throw new ModelException(
                    $"No model was named, and {file} is in no folder 'models' from {programFolder} or {currentFolder} upwards.",
                    $"{Hint} Or set {variableName}, or put the file into a folder 'models' beside the program.");
        }

        string path = Absolute(wanted);
        if (File.Exists(path))
        {
            return path;
        }

        string origin = string.IsNullOrWhiteSpace(asked) ? $" (from {variableName})" : "";
        return Directory.Exists(path)
            ? throw new ModelException($"The model path {wanted}{origin} is a folder, not a GGUF file.", Hint)
            : ByName(wanted) ?? throw new ModelException($"The model file {wanted}{origin} does not exist.", Hint);
    }

    private string? ByName(string name) => name.AsSpan().IndexOfAny('/', '\\') >= 0
        ? null
        : All().FirstOrDefault(file => Path.GetFileName(file) == name || Path.GetFileNameWithoutExtension(file) == name);

    private string Absolute(string path) => Path.GetFullPath(path, currentFolder);

    private static IEnumerable<string> Upwards(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
