using System.CommandLine;
using System.CommandLine.Invocation;

namespace Agentic.Cli.Frame;

/// <summary>Turns what the parser found wrong into one sentence and a hint, its "did you mean" kept.</summary>
internal static class UsageErrors
{
    public static UsageException Of(ParseResult result)
    {
        string message = string.Join(' ', result.Errors.Select(e => Sentence(e.Message)).Distinct());
        string help = $"See '{CommandPath(result.CommandResult.Command)} --help'.";
        string? suggestion = Suggestion(result);
        return new UsageException(message, suggestion is null ? help : $"{suggestion} {help}");
    }

    private static string Sentence(string message)
    {
        message = message.Trim();
        return message.EndsWith('.') ? message : message + ".";
    }

    private static string CommandPath(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{CommandPath(parent)} {command.Name}" : "agentic";

    // The library prints its suggestions; take them from there.
    private static string? Suggestion(ParseResult result)
    {
        if (result.Action is not ParseErrorAction action)
        {
            return null;
        }

        action.ShowHelp = false;
        action.ShowTypoCorrections = true;
        var printed = new StringWriter();
        result.InvocationConfiguration.Output = printed;
        result.InvocationConfiguration.Error = TextWriter.Null;
        action.Invoke(result);
        string[] lines = printed.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int at = Array.FindIndex(lines, l => l.Contains("Did you mean", StringComparison.Ordinal));
        return at < 0 || at + 1 >= lines.Length ? null : $"Did you mean {string.Join(" or ", lines[(at + 1)..].Select(l => $"'{l}'"))}?";
    }
}
