using System.Diagnostics;
using Agentic.Cli.Tests.Support;
using Agentic.Cli.Workspaces;

namespace Agentic.Cli.Tests.Process;

/// <summary>The command as a process of its own, for what only a process can show: signals, closed pipes, several at once.</summary>
internal static class ChildProcess
{
    public static string Command { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Agentic.Cli.exe" : "Agentic.Cli");

    /// <summary>Where the children of these tests journal.</summary>
    private static readonly Lazy<string> Workspace = new(() => Directory.CreateTempSubdirectory("agentic-tests-").FullName);

    /// <summary>Starts the command. Where the tests themselves run with interrupts ignored (in a script's background), it must not inherit that.</summary>
    public static System.Diagnostics.Process Start(params string[] arguments) => OperatingSystem.IsLinux()
        ? StartFile("env", ["--default-signal=INT", Command, .. arguments])
        : StartFile(Command, arguments);

    public static System.Diagnostics.Process StartShell(string script) => StartFile("bash", ["-c", script]);

    public static async Task<CommandRun> FinishAsync(System.Diagnostics.Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandRun(process.ExitCode, await output, await error);
    }

    public static async Task InterruptAsync(System.Diagnostics.Process process)
    {
        using System.Diagnostics.Process kill = StartFile("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static System.Diagnostics.Process StartFile(string file, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment.Remove("AGENTIC_MODEL");
        start.Environment[WorkspaceChoice.Variable] = Workspace.Value;
        System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
