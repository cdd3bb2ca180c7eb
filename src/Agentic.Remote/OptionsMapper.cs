using Microsoft.Extensions.AI;
using OpenAI.Chat;
using PlatformFormat = Microsoft.Extensions.AI.ChatResponseFormat;
using RemoteFormat = OpenAI.Chat.ChatResponseFormat;

namespace Agentic.Remote;

/// <summary>Options of a call as options of the OpenAI client. What cannot be passed on is refused.</summary>
internal static class OptionsMapper
{
    /// <param name="options">Options of the call.</param>
    /// <param name="model">The model that the client serves.</param>
    /// <param name="replyStart">Text that the reply must begin with; it travels as a message.</param>
    public static ChatCompletionOptions Map(ChatOptions? options, string model, out string replyStart)
    {
        replyStart = "";
        var mapped = new ChatCompletionOptions();
        if (options is null)
        {
            return mapped;
        }
        Refuse(options.Tools is { Count: > 0 } || options.ToolMode is RequiredChatToolMode, "Tools");
        Refuse(options.ConversationId is not null, "Conversations kept by the endpoint");
        Refuse(options.ModelId is not null && options.ModelId != model, $"The model '{options.ModelId}' beside '{model}'");
        Refuse(options.Reasoning is not null, "Reasoning options");
        Refuse(options.ContinuationToken is not null || options.AllowBackgroundResponses == true, "Background responses");
        mapped.Temperature = options.Temperature;
        mapped.TopP = options.TopP;
        mapped.MaxOutputTokenCount = options.MaxOutputTokens;
        mapped.FrequencyPenalty = options.FrequencyPenalty;
        mapped.PresencePenalty = options.PresencePenalty;
        mapped.ResponseFormat = Format(options.ResponseFormat);
        foreach (var stop in options.StopSequences ?? [])
        {
            mapped.StopSequences.Add(stop);
        }
#pragma warning disable OPENAI001, SCME0001 // seed and fields beyond OpenAI's own: experimental in the client, plain JSON on the wire
        mapped.Seed = options.Seed;
        if (options.TopK is { } topK)
        {
            mapped.Patch.Set("$.top_k"u8, topK);
        }
        foreach (var (key, value) in options.AdditionalProperties ?? [])
        {
            if (key == SamplingKeys.ReplyStart && value is string start)
            {
                replyStart = start;
            }
            else
            {
                Add(mapped, key, value);
            }
        }
#pragma warning restore OPENAI001, SCME0001
        return mapped;
    }

#pragma warning disable SCME0001 // see above
    private static void Add(ChatCompletionOptions mapped, string key, object? value)
    {
        switch (key, value)
        {
            case (SamplingKeys.MinP, float minP):
                mapped.Patch.Set("$.min_p"u8, minP);
                break;
            case (SamplingKeys.RepetitionPenalty, float penalty):
                mapped.Patch.Set("$.repetition_penalty"u8, penalty);
                break;
            case (SamplingKeys.TopLogProbs, int count):
                mapped.IncludeLogProbabilities = true;
                mapped.TopLogProbabilityCount = count;
                break;
            case (SamplingKeys.LogitBias, IReadOnlyDictionary<int, float> biases):
                foreach (var (id, bias) in biases)
                {
                    mapped.LogitBiases[id] = (int)MathF.Round(bias);
                }
                break;
            case (ConstraintKeys.Regex or ConstraintKeys.Choices or ConstraintKeys.Gbnf, _):
                // Servers have fields of their own for these, and pass over those of others without a word.
                throw new ConfigurationException(
                    $"The option '{key}' cannot be promised for remote models: endpoints have no common field for it.", "Use a response format with a JSON Schema (pattern, enum), or a local model.");
            case (PromptTokens.OptionKey, PromptTokens { Ids: null }):
            case (SamplingKeys.Priority, _): // the endpoint has its own order
            case (SamplingKeys.TellSchema, bool): // it is told with the response format
                break;
            case (PromptTokens.OptionKey, _):
                Refuse(true, "Token ids in place of messages");
                break;
            default:
                Refuse(key.StartsWith("agentic.", StringComparison.Ordinal), $"The option '{key}' (or this kind of value for it)");
                break;
        }
    }
#pragma warning restore SCME0001

    private static RemoteFormat? Format(PlatformFormat? format) => format switch
    {
        null or ChatResponseFormatText => null,
        ChatResponseFormatJson { Schema: { } schema } json => RemoteFormat.CreateJsonSchemaFormat(
            json.SchemaName ?? "reply", BinaryData.FromString(schema.GetRawText()), json.SchemaDescription),
        ChatResponseFormatJson => RemoteFormat.CreateJsonObjectFormat(),
        _ => throw new ConfigurationException($"The response format {format.GetType().Name} is not supported for remote models."),
    };

    private static void Refuse(bool given, string what)
    {
        if (given)
        {
            throw new ConfigurationException($"{what}: not supported for remote models so far.");
        }
    }
}
