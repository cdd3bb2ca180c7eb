using Agentic.Cli.Models;
using Agentic.Cli.Output;
using Agentic.Inference.Hosting;

namespace Agentic.Cli.Frame;

/// <summary>What a command needs from the world around it; tests give their own.</summary>
internal sealed class CommandHost
{
    public required CommandOutput Output { get; init; }

    public required IClientFactory Clients { get; init; }

    /// <summary>Environment variables by name.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Folder that relative paths start from.</summary>
    public string Folder { get; init; } = Environment.CurrentDirectory;

    /// <summary>Where model files are looked for.</summary>
    public ModelSearch Models => new(AppContext.BaseDirectory, Folder, Variable) { Hint = "Give --model PATH; 'agentic model list' shows the models that are found." };

    /// <summary>What was done so far, one sentence; said when a command is cancelled.</summary>
    public Func<string?> DoneSoFar { get; set; } = static () => null;

    /// <summary>A path as the user wrote it, made absolute.</summary>
    public string Absolute(string path) => Path.GetFullPath(path, Folder);
}
