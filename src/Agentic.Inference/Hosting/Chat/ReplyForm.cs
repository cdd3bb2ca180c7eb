using System.Globalization;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.Gbnf;
using Agentic.Inference.Constraints.JsonSchema;
using Agentic.Inference.Constraints.RegularExpressions;
using Agentic.Inference.Tokenization;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>The form that options ask a reply to have: JSON, values of a JSON Schema, a regular expression, one of some texts, a grammar.</summary>
/// <param name="Key">All that the grammar depends on; equal for equal forms only.</param>
/// <param name="Grammar">Makes the grammar; throws <see cref="GrammarException"/> or <see cref="JsonSchemaException"/> for what is wrong or cannot be promised.</param>
internal sealed record ReplyForm(string Key, Func<Grammar> Grammar)
{
    /// <summary>The form; null = any text.</summary>
    /// <exception cref="ConfigurationException">Options exclude each other, or a value has another type than its key says.</exception>
    public static ReplyForm? Of(ChatOptions? options)
    {
        (string Name, ReplyForm Form)[] forms = options is null ? [] : [.. Asked(options)];
        if (forms.Length == 0)
        {
            return null;
        }

        string? other = forms.Length > 1 ? forms[1].Name : options!.AdditionalProperties?.ContainsKey(SamplingKeys.ReplyStart) == true ? SamplingKeys.ReplyStart : null;
        return other is null
            ? forms[0].Form
            : throw new ConfigurationException($"A reply can have one form only, and cannot go on from a given start: {forms[0].Name} and {other} exclude each other.", "Leave one of them out.");
    }

    /// <summary>The form that options ask for as a constraint, compiled once for a tokenizer; null = any text.</summary>
    /// <exception cref="ConfigurationException">See <see cref="Of"/>.</exception>
    /// <exception cref="JsonSchemaException">The schema asks for what cannot be promised.</exception>
    /// <exception cref="GrammarException">The form is wrong or too large, or the vocabulary cannot write what it asks for.</exception>
    public static TokenConstraint? Constraint(ChatOptions? options, Tokenizer tokenizer) => Of(options) is { } form
        ? ConstraintCache.Get(tokenizer, form.Key, () => TokenConstraint.Compile(form.Grammar(), tokenizer))
        : null;

    /// <summary>Whether a reply that reaches its limit is closed in time.</summary>
    public static bool ClosesAtLimit(ChatOptions? options) => options?.AdditionalProperties?.GetValueOrDefault(SamplingKeys.CloseAtLimit) switch
    {
        null => false,
        bool closes => closes,
        _ => throw new ConfigurationException($"The option {SamplingKeys.CloseAtLimit} must be true or false."),
    };

    private static IEnumerable<(string Name, ReplyForm Form)> Asked(ChatOptions options)
    {
        if (options.ResponseFormat is ChatResponseFormatJson json)
        {
            yield return ("the response format", json.Schema is { } schema
                ? new($"schema {schema.GetRawText()}", () => JsonSchemaGrammar.Create(schema))
                : new("json", () => AnyJson.Object));
        }

        if (Value<string>(options, ConstraintKeys.Regex, "a text") is { } pattern)
        {
            yield return (ConstraintKeys.Regex, new($"regex {pattern}", () => new Grammar(RegularExpression.Whole(pattern).Node)));
        }

        if (Value<IEnumerable<string>>(options, ConstraintKeys.Choices, "a list of texts") is { } given)
        {
            string[] choices = [.. given];
            yield return (ConstraintKeys.Choices, new(
                "choices " + string.Concat(choices.Select(choice => string.Create(CultureInfo.InvariantCulture, $"{choice?.Length ?? 0}:{choice}"))), () => Choice.Of(choices)));
        }

        if (Value<string>(options, ConstraintKeys.Gbnf, "a text") is { } grammar)
        {
            yield return (ConstraintKeys.Gbnf, new($"gbnf {grammar}", () => GbnfGrammar.Parse(grammar)));
        }
    }

    private static T? Value<T>(ChatOptions options, string key, string kind) where T : class =>
        options.AdditionalProperties?.GetValueOrDefault(key) switch
        {
            null => null,
            T value => value,
            _ => throw new ConfigurationException($"The option {key} must be {kind}."),
        };
}
