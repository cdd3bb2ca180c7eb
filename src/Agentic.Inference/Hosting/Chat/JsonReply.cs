using System.Runtime.CompilerServices;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;
using Agentic.Inference.Tokenization;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>The reply format of a call as a constraint: any JSON object, or the values of a JSON Schema. Compiled once for a tokenizer and schema.</summary>
internal static class JsonReply
{
    private const int KeptSchemas = 64;
    private static readonly ConditionalWeakTable<Tokenizer, Dictionary<string, TokenConstraint>> Compiled = [];

    /// <exception cref="JsonSchemaException">The schema asks for what cannot be promised.</exception>
    /// <exception cref="GrammarException">The schema is too large, or the vocabulary cannot write what it asks for.</exception>
    public static TokenConstraint? Constraint(ChatOptions? options, Tokenizer tokenizer)
    {
        if (options?.ResponseFormat is not ChatResponseFormatJson json)
        {
            return null;
        }

        if (options.AdditionalProperties?.ContainsKey(SamplingKeys.ReplyStart) == true)
        {
            throw new ConfigurationException($"A reply in JSON cannot go on from a given start: {SamplingKeys.ReplyStart} and the response format exclude each other.");
        }

        string schema = json.Schema?.GetRawText() ?? "";
        Dictionary<string, TokenConstraint> kept = Compiled.GetOrCreateValue(tokenizer);
        lock (kept)
        {
            if (kept.TryGetValue(schema, out TokenConstraint? known))
            {
                return known;
            }
        }

        TokenConstraint constraint = TokenConstraint.Compile(json.Schema is { } element ? JsonSchemaGrammar.Create(element) : AnyJson.Object, tokenizer);
        lock (kept)
        {
            if (kept.Count >= KeptSchemas)
            {
                kept.Clear();
            }

            kept[schema] = constraint;
        }

        return constraint;
    }

    /// <summary>Whether a reply that reaches its limit is closed in time.</summary>
    public static bool ClosesAtLimit(ChatOptions? options) => options?.AdditionalProperties?.GetValueOrDefault(SamplingKeys.CloseAtLimit) switch
    {
        null => false,
        bool closes => closes,
        _ => throw new ConfigurationException($"The option {SamplingKeys.CloseAtLimit} must be true or false."),
    };
}
