using System.CommandLine;
using System.CommandLine.Invocation;

namespace Agentic.Cli.Frame;

/// <summary>Turns what the parser found wrong into one sentence and a hint, its "did you mean" kept.</summary>
internal static class UsageErrors
{
    public static UsageException Of(ParseResult result)
    {
        // "Required command was not provided" says nothing beside what was mistyped.
        List<string> messages = [.. result.Errors.Select(e => Sentence(e.Message)).Distinct()];
        string message = messages.Count > 1 ? string.Join(' ', messages.Where(m => !m.StartsWith("Required command", StringComparison.Ordinal))) : messages[0];
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
        string[] words = [.. lines.Skip(at + 1).TakeWhile(l => !l.Contains("Did you mean", StringComparison.Ordinal)).Where(l => l.Length > 2)];
        return at < 0 || words.Length == 0 ? null : $"Did you mean {string.Join(" or ", words.Select(w => $"'{w}'"))}?";
    }
}
