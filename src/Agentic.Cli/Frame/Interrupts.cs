using System.Runtime.InteropServices;
using Agentic.Cli.Output;

namespace Agentic.Cli.Frame;

/// <summary>Ctrl-C and SIGTERM: the first asks the command to stop, the second ends the process at once.</summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration[] _registrations;
    private readonly CommandOutput _output;
    private int _signals;

    public Interrupts(CommandOutput output)
    {
        _output = output;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Completes at the first signal.</summary>
    public Task Requested => _requested.Task;

    /// <summary>Ends the process without waiting for anything, the terminal left usable.</summary>
    public static void Leave(CommandOutput output, int code)
    {
        if (output.ErrorIsTerminal)
        {
            output.Error.Write("\e[?25h"); // a progress display may have hidden the cursor
        }

        Environment.Exit(code);
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
        {
            Leave(_output, ExitCode.Cancelled);
        }

        _requested.TrySetResult();
        _ = _source.CancelAsync();
    }
}
