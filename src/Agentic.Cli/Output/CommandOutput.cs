using System.Text;

namespace Agentic.Cli.Output;

/// <summary>Where a command writes: results to <see cref="Out"/>, everything else to <see cref="Error"/>.</summary>
internal sealed class CommandOutput(TextWriter output, TextWriter error, TextReader input, bool errorIsTerminal)
{
    public TextWriter Out { get; } = output;

    public TextWriter Error { get; } = error;

    public TextReader In { get; } = input;

    /// <summary>Whether a person watches <see cref="Error"/>: only then is anything redrawn or coloured.</summary>
    public bool ErrorIsTerminal { get; } = errorIsTerminal;

    /// <summary>The process's own streams, UTF-8 without a mark; the output is flushed by line so that pipes see it at once.</summary>
    public static CommandOutput ForProcess()
    {
        var utf8 = new UTF8Encoding(false);
        var output = new StreamWriter(Console.OpenStandardOutput(), utf8, 16384) { AutoFlush = true, NewLine = "\n" };
        var error = new StreamWriter(Console.OpenStandardError(), utf8, 4096) { AutoFlush = true, NewLine = "\n" };
        bool terminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new CommandOutput(output, error, new StreamReader(Console.OpenStandardInput(), utf8), terminal);
    }
}
