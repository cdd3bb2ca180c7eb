using System.CommandLine;
using System.Text.Json;
using Agentic.Cli.Frame;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.Gbnf;
using Agentic.Inference.Constraints.JsonSchema;
using Agentic.Inference.Constraints.RegularExpressions;
using Agentic.Inference.Tokenization;

namespace Agentic.Cli.Commands.Models;

/// <summary>Options that hold a reply to a form.</summary>
internal sealed class ReplyFormArguments
{
    private readonly Option<string?> _grammar = new("--grammar") { Description = "Hold the reply to the rule 'root' of a grammar in GBNF.", HelpName = "FILE" };
    private readonly Option<string?> _regex = new("--regex") { Description = "Hold the whole reply to a regular expression.", HelpName = "PATTERN" };
    private readonly Option<string?> _choices = new("--choices") { Description = "Reply with one of these texts, separated by commas.", HelpName = "A,B,C" };
    private readonly Option<string?> _schema = new("--json-schema") { Description = "Reply with a value of a JSON Schema.", HelpName = "FILE" };
    private readonly Option<bool> _json = new("--json-mode") { Description = "Reply with one JSON object." };
    private readonly Option<bool> _close = new("--close-at-limit") { Description = "End a reply of a given form in the shortest valid way before --max-tokens cuts it." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_grammar, _regex, _choices, _schema, _json, _close])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether the reply is to be closed at its limit.</summary>
    public bool Closes(CommandContext context) => context.Value(_close);

    /// <summary>The grammar of the form, before a model is loaded; null = any text.</summary>
    /// <exception cref="UsageException">Options exclude each other, or what one gives is wrong.</exception>
    /// <exception cref="DocumentException">A file cannot be read.</exception>
    public Grammar? Read(CommandContext context)
    {
        Option[] given = [.. ((Option[])[_grammar, _regex, _choices, _schema, _json]).Where(context.Given)];
        if (given.Length > 1)
        {
            throw new UsageException($"{given[0].Name} and {given[1].Name} exclude each other: a reply has one form.", "Leave one of them out.");
        }

        if (given.Length == 0)
        {
            return Closes(context) ? throw new UsageException("--close-at-limit needs a form to close.", "Give --grammar, --regex, --choices, --json-schema or --json-mode too.") : null;
        }

        return Guard(given[0].Name, () => given[0] == _grammar ? GbnfGrammar.Parse(Text(context, context.Value(_grammar)!))
            : given[0] == _regex ? new Grammar(RegularExpression.Whole(context.Value(_regex)!).Node)
            : given[0] == _choices ? Choice.Of(context.Value(_choices)!.Split(',', StringSplitOptions.TrimEntries))
            : given[0] == _schema ? JsonSchemaGrammar.Create(Json(context, context.Value(_schema)!))
            : context.Value(_json) ? AnyJson.Object : null);
    }

    /// <summary>The grammar for a model.</summary>
    /// <exception cref="UsageException">The model cannot write it.</exception>
    public static TokenConstraint? Compile(Grammar? grammar, Tokenizer tokenizer) => grammar is null ? null : Guard("The form of the reply", () => TokenConstraint.Compile(grammar, tokenizer));

    private static T? Guard<T>(string what, Func<T?> make)
    {
        try
        {
            return make();
        }
        catch (Exception e) when (e is GrammarException or JsonSchemaException)
        {
            throw new UsageException($"{what} cannot be used: {e.Message}", ((AgenticException)e).Hint);
        }
    }

    private static JsonElement Json(CommandContext context, string file)
    {
        try
        {
            return JsonElement.Parse(Text(context, file));
        }
        catch (JsonException e)
        {
            throw new UsageException($"{file} is not JSON: {e.Message}");
        }
    }

    private static string Text(CommandContext context, string file)
    {
        try
        {
            return File.ReadAllText(context.Host.Absolute(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DocumentException($"{file} cannot be read: {e.Message}");
        }
    }
}
