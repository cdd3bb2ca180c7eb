using System.Text;

namespace Agentic.Cli.Output;

/// <summary>Where a command reads and writes: results to <see cref="Out"/>, everything else to <see cref="Error"/>.</summary>
internal sealed class CommandOutput(TextWriter output, TextWriter error, Func<Stream> input)
{
    public TextWriter Out { get; } = output;

    public TextWriter Error { get; } = error;

    /// <summary>Opens standard input, as bytes: the reader of documents decides what they mean.</summary>
    public Func<Stream> OpenInput { get; } = input;

    /// <summary>Whether a person watches <see cref="Out"/>.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether a person watches <see cref="Error"/>: only then is anything redrawn.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether colours are welcome where there is a terminal.</summary>
    public bool Colour { get; init; }

    /// <summary>Columns to wrap at, where there is a terminal.</summary>
    public int Width { get; init; } = 80;

    /// <summary>The process's own streams, UTF-8 without a mark, nothing held back: pipes see every token at once.</summary>
    public static CommandOutput ForProcess()
    {
        var utf8 = new UTF8Encoding(false);
        var output = new StreamWriter(StandardOutputStream.Open(), utf8, 16384) { AutoFlush = true, NewLine = "\n" };
        var error = new StreamWriter(Console.OpenStandardError(), utf8, 4096) { AutoFlush = true, NewLine = "\n" };
        bool dumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        bool outIsTerminal = !Console.IsOutputRedirected && !dumb;
        bool errorIsTerminal = !Console.IsErrorRedirected && !dumb;
        return new CommandOutput(output, error, Console.OpenStandardInput)
        {
            OutIsTerminal = outIsTerminal,
            ErrorIsTerminal = errorIsTerminal,
            Colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Width = outIsTerminal || errorIsTerminal ? Math.Clamp(Console.BufferWidth, 40, 120) : 80,
        };
    }
}
