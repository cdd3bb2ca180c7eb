using System.CommandLine;
using System.CommandLine.Invocation;
using Agentic.Cli.Output;

namespace Agentic.Cli.Frame;

/// <summary>From arguments to an exit code: parses, runs, and says every error as the contract has it.</summary>
internal static class CommandLine
{
    // A question may begin with '@': no response files.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, CommandHost host, CancellationToken cancellationToken)
    {
        var options = new GlobalOptions();
        RootCommand root = CommandTree.Create(host, options);
        ParseResult result = root.Parse(arguments, Parser);
        bool json = result.GetValue(options.Json);
        bool verbose = result.GetValue(options.Verbose);
        try
        {
            NumberCheck.Check(result);
            if (result.Action is ParseErrorAction)
            {
                throw UsageErrors.Of(result);
            }

            var configuration = new InvocationConfiguration
            {
                Output = host.Output.Out,
                Error = host.Output.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // signals are ours
            };
            return await result.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (OutputClosedException)
        {
            return ExitCode.Ok; // the reader has seen enough
        }
        catch (Exception error)
        {
            return Report(error, host, json, verbose, cancellationToken);
        }
    }

    private static int Report(Exception error, CommandHost host, bool json, bool verbose, CancellationToken cancellationToken)
    {
        // Whatever comes out of a cancelled command is the cancellation; a cancellation that nobody asked for is a time limit.
        Exception said = (error, cancellationToken.IsCancellationRequested) switch
        {
            (OperationCanceledException, false) => new TimeoutException("A time limit ended the command.", error),
            (_, true) when error is not AgenticException => new OperationCanceledException(null, error),
            _ => error,
        };
        try
        {
            return ErrorReport.Write(host, said, json, verbose);
        }
        catch (OutputClosedException)
        {
            return ExitCode.Of(said);
        }
    }
}
