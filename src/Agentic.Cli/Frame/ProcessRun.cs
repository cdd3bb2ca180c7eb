using Agentic.Cli.Models;
using Agentic.Cli.Output;

namespace Agentic.Cli.Frame;

/// <summary>One run of the process: its streams, its signals, and the promise that a cancelled command is gone within a second.</summary>
internal static class ProcessRun
{
    // Long enough for a command to stop at its next model step, short enough to keep the promise.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(800);

    public static async Task<int> MainAsync(string[] args)
    {
        CommandOutput output = CommandOutput.ForProcess();
        using var interrupts = new Interrupts(output);
        var host = new CommandHost { Output = output, Clients = new ClientFactory() };

        // Not on this thread: work that never awaits must not keep us from leaving.
        Task<int> command = Task.Run(() => CommandLine.RunAsync(args, host, interrupts.Token));
        Task overdue = interrupts.Requested.ContinueWith(_ => Task.Delay(Grace), TaskScheduler.Default).Unwrap();
        await Task.WhenAny(command, overdue).ConfigureAwait(false);
        if (command.IsCompleted)
        {
            return await command.ConfigureAwait(false);
        }

        bool json = args.Contains("--json");
        int code = ErrorReport.Write(host, new OperationCanceledException(), json, verbose: false);
        Interrupts.Leave(output, code);
        return code;
    }
}
