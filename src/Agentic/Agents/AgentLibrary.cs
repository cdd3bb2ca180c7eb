using System.Reflection;

namespace Agentic.Agents;

/// <summary>Finds agent cards and prompts: in a directory of the user's first, else among those built in. Thread-safe.</summary>
public sealed class AgentLibrary
{
    private static readonly Assembly Assembly = typeof(AgentLibrary).Assembly;

    private readonly string? _directory;

    /// <summary>Creates a library.</summary>
    /// <param name="directory">A directory with <c>agents/</c> and <c>prompts/</c> in it, whose files come before the built-in ones; null for the built-in ones alone.</param>
    /// <exception cref="ConfigurationException">The directory does not exist.</exception>
    public AgentLibrary(string? directory = null)
    {
        if (directory is not null && !Directory.Exists(directory))
        {
            throw new ConfigurationException($"The directory of agents {directory} does not exist.");
        }

        _directory = directory;
    }

    /// <summary>The built-in agents.</summary>
    public static AgentLibrary BuiltIn { get; } = new();

    /// <summary>Names of the built-in files, such as <c>agents/chain-worker.yaml</c>.</summary>
    public static IReadOnlyList<string> BuiltInFiles { get; } =
        [.. Assembly.GetManifestResourceNames().Where(n => n.StartsWith("agents/", StringComparison.Ordinal) || n.StartsWith("prompts/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Loads an agent and checks that its prompt uses nothing but the given variables.</summary>
    /// <param name="name">The card's name.</param>
    /// <param name="variables">What the caller will provide.</param>
    /// <exception cref="ConfigurationException">The card or its prompt is missing or wrong; the message names file and line.</exception>
    public Agent Load(string name, params IReadOnlyCollection<string> variables)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (string file, string yaml) = Read($"agents/{name}.yaml") ?? throw new ConfigurationException($"There is no agent card agents/{name}.yaml.");
        (AgentCard card, int promptLine) = AgentCardReader.Read(file, yaml);
        if (card.Name != name)
        {
            throw new ConfigurationException($"{file}: the card is named '{card.Name}', its file '{name}'.");
        }

        (string promptFile, string source) = Read("prompts/" + card.Prompt)
            ?? throw new ConfigurationException($"{file}, line {promptLine}: there is no prompt prompts/{card.Prompt}.");
        return new Agent(card, PromptTemplate.Parse(promptFile, source, variables));
    }

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file} cannot be read: {e.Message}", inner: e);
        }
    }

    private (string File, string Text)? Read(string path)
    {
        if (_directory is not null)
        {
            string file = Path.GetFullPath(Path.Combine(_directory, path));
            string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(_directory));
            // With the separator, so that a neighbour whose name begins alike is outside.
            if (file.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(file))
            {
                return (file, Text(file));
            }
        }

        using Stream? stream = Assembly.GetManifestResourceStream(path);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return (path, reader.ReadToEnd());
    }
}
