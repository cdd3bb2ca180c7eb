using System.Text;
using System.Text.Json;
using Agentic.Cli.Frame;
using Agentic.Cli.Models;
using Agentic.Cli.Output;
using Agentic.Cli.Workspaces;

namespace Agentic.Cli.Tests.Support;

/// <summary>Runs the command in this process over string writers; the console is never touched.</summary>
internal sealed record CommandRun(int Code, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public IEnumerable<JsonElement> JsonLines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement);

    public static Task<CommandRun> OfAsync(params string[] arguments) => OfAsync(new Setting(), arguments);

    public static async Task<CommandRun> OfAsync(Setting setting, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var workspace = new TemporaryFolder();
        var host = new CommandHost
        {
            Output = new CommandOutput(output, error, () => new MemoryStream(setting.Input)),
            Clients = setting.Clients,
            Variable = name => setting.Variables.GetValueOrDefault(name) ?? (name == WorkspaceChoice.Variable ? setting.Workspace ?? workspace.Path : null),
            Folder = setting.Folder,
        };
        int code = await CommandLine.RunAsync(arguments, host, setting.Cancellation);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>The world of a run.</summary>
    internal sealed class Setting
    {
        public byte[] Input { get; init; } = [];

        public string InputText { init => Input = Encoding.UTF8.GetBytes(value); }

        public IClientFactory Clients { get; init; } = new ClientFactory();

        public Dictionary<string, string> Variables { get; init; } = [];

        public string Folder { get; init; } = Repository.Root;

        /// <summary>Folder of the workspace; null for one that is gone after the command.</summary>
        public string? Workspace { get; init; }

        public CancellationToken Cancellation { get; init; }
    }
}
