using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Agentic.Cli.Frame;

/// <summary>The library's help, followed by the exit codes.</summary>
internal sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
{
    private const string ExitCodes = """
        Exit codes:
          0    answered, planned or partial
          1    failed
          2    usage error
          3    not found: the documents do not say
          4    a budget or cap was exceeded
          5    a model or document cannot be read
          130  cancelled

        """;

    public override int Invoke(ParseResult parseResult)
    {
        // The library names the command after the file that runs, such as the test host or a build's assembly.
        TextWriter output = parseResult.InvocationConfiguration.Output;
        using var text = new StringWriter { NewLine = "\n" };
        parseResult.InvocationConfiguration.Output = text;
        help.MaxWidth = 100;
        int code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        output.Write(text.ToString()
            .Replace($"  {RootCommand.ExecutableName} ", "  agentic ", StringComparison.Ordinal)
            .Replace("<document… question>...", "<document>... <question>", StringComparison.Ordinal));
        output.Write(ExitCodes.ReplaceLineEndings("\n"));
        return code;
    }
}
