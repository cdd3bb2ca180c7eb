namespace Agentic.Cli.Output;

/// <summary>Says an error as one sentence and a hint, and returns its exit code. A stack trace only when asked for.</summary>
internal static class ErrorReport
{
    public static int Write(CommandOutput output, Exception error, bool json, bool verbose)
    {
        int code = ExitCode.Of(error);
        (string word, string message, string? hint) = Describe(error);
        if (json)
        {
            output.Out.WriteLine(CliJson.Line(new { error = new { code = word, message, hint } }));
        }
        else
        {
            output.Error.WriteLine($"agentic: {message}");
            if (hint is not null)
            {
                output.Error.WriteLine($"         {hint}");
            }
        }

        if (verbose && error is not OperationCanceledException)
        {
            output.Error.WriteLine(error);
        }

        return code;
    }

    private static (string Code, string Message, string? Hint) Describe(Exception error) => error switch
    {
        AgenticException e => (e.Code, e.Message, e.Hint),
        OperationCanceledException => ("cancelled", "Cancelled.", null),
        OutOfMemoryException => ("out-of-memory", "There is not enough memory for this.", "Use a smaller --window or --kv-memory, or a smaller model."),
        UnauthorizedAccessException e => ("no-permission", e.Message, "Check the permissions of the file."),
        IOException e => ("io", e.Message, null),
        _ => ("internal", $"Something unexpected went wrong: {error.Message}", "Run again with --verbose to see where, and report it."),
    };
}
