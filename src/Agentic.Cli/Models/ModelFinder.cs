using Agentic.Cli.Frame;
using Agentic.Inference.Hosting;

namespace Agentic.Cli.Models;

/// <summary>Finds the model file: the path given, else <c>AGENTIC_MODEL</c>, else <c>models/</c> beside the command or up the tree from it or from the current folder.</summary>
internal sealed class ModelFinder(CommandHost host, string? programFolder = null)
{
    private const string DefaultModel = "SmolLM2-135M-Instruct.Q4_1.gguf";
    private const string Variable = "AGENTIC_MODEL";

    private readonly string _programFolder = programFolder ?? AppContext.BaseDirectory;

    /// <summary>The file that <paramref name="asked"/> names, a path or a name in a search place, or the default model.</summary>
    /// <exception cref="ModelException">There is no such file.</exception>
    public string Find(string? asked) => Find(asked, Variable, DefaultModel);

    /// <summary>The same for embeddings: <c>AGENTIC_EMBEDDING_MODEL</c>, and the default embedding model.</summary>
    /// <exception cref="ModelException">There is no such file.</exception>
    public string FindEmbedding(string? asked) => Find(asked, ModelLocator.EmbeddingVariable, ModelLocator.DefaultEmbeddingFile);

    private string Find(string? asked, string variable, string file)
    {
        string? fromVariable = host.Variable(variable);
        string origin = asked is not null || string.IsNullOrEmpty(fromVariable) ? "" : $" (from {variable})";
        string? wanted = asked ?? (string.IsNullOrEmpty(fromVariable) ? null : fromVariable);
        if (wanted is null)
        {
            return Places().Select(p => Path.Combine(p, file)).FirstOrDefault(File.Exists)
                ?? throw new ModelException($"The default model {file} was not found.", $"Give --model PATH, set {variable}, or put it into a folder 'models' beside the command.");
        }

        string path = host.Absolute(wanted);
        if (File.Exists(path))
        {
            return path;
        }

        if (Directory.Exists(path))
        {
            throw new ModelException($"The model path {wanted}{origin} is a folder, not a GGUF file.", ListHint());
        }

        return ByName(wanted) ?? throw new ModelException($"The model file {wanted}{origin} does not exist.", ListHint());
    }

    /// <summary>The folders that are searched, nearest first.</summary>
    public IEnumerable<string> Places() =>
        Upwards(_programFolder).Concat(Upwards(host.Folder)).Select(f => Path.Combine(f, "models")).Where(Directory.Exists).Distinct();

    /// <summary>The GGUF files in the search places.</summary>
    public IEnumerable<string> All()
    {
        IEnumerable<string> found = Places().SelectMany(p => Directory.EnumerateFiles(p, "*.gguf").Order(StringComparer.Ordinal));
        string? fromVariable = host.Variable(Variable);
        return string.IsNullOrEmpty(fromVariable) || !File.Exists(host.Absolute(fromVariable)) ? found : found.Prepend(host.Absolute(fromVariable)).Distinct();
    }

    private static string ListHint() => "'agentic model list' shows the models that are found.";

    private string? ByName(string name) => name.AsSpan().IndexOfAny('/', '\\') >= 0
        ? null
        : All().FirstOrDefault(f => Path.GetFileName(f) == name || Path.GetFileNameWithoutExtension(f) == name);

    private static IEnumerable<string> Upwards(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
