using Agentic.Cli.Frame;

namespace Agentic.Cli.Output;

/// <summary>Says an error as one sentence and a hint, and returns its exit code. A stack trace only when asked for.</summary>
internal static class ErrorReport
{
    public static int Write(CommandHost host, Exception error, bool json, bool verbose)
    {
        (string code, string message, string? hint) = Describe(error, host);
        CommandOutput output = host.Output;
        if (json)
        {
            output.Out.WriteLine(CliJson.Line(new { error = new { code, message, hint } }));
        }

        // A cancelled command says what it had done to whoever pressed the keys, whatever the format of its results.
        if (!json || error is OperationCanceledException)
        {
            output.Error.WriteLine($"agentic: {message}");
            if (hint is not null)
            {
                output.Error.WriteLine($"         {hint}");
            }
        }

        if (verbose && error is not (OperationCanceledException or UsageException))
        {
            output.Error.WriteLine(error);
        }

        return ExitCode.Of(error);
    }

    private static (string Code, string Message, string? Hint) Describe(Exception error, CommandHost host) => error switch
    {
        AgenticException e => (e.Code, e.Message, e.Hint),
        OperationCanceledException => ("cancelled", Cancelled(host), null),
        TimeoutException e => ("time-limit", e.Message, null),
        OutOfMemoryException => ("out-of-memory", "There is not enough memory for this.", "Use a smaller --window or --kv-memory, or a smaller model."),
        UnauthorizedAccessException e => ("no-permission", e.Message, "Check the permissions of the file."),
        IOException e => ("io", e.Message, null),
        _ => ("internal", $"Something unexpected went wrong: {error.Message}", "Run again with --verbose to see where, and report it."),
    };

    private static string Cancelled(CommandHost host) =>
        host.DoneSoFar() is string done ? $"Cancelled. Done so far: {done}" : "Cancelled before anything was done.";
}
