using Spectre.Console;

namespace Agentic.Cli.Output;

/// <summary>A Spectre console over one of our own streams.</summary>
internal static class Terminal
{
    public static IAnsiConsole Create(TextWriter writer, int width, bool colour)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = AnsiSupport.Yes,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
        });
        console.Profile.Width = width;
        return console;
    }
}
