using Agentic.Inference.Backends;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>Options of a call as a generation request. What the host cannot do is refused, never ignored.</summary>
internal static class OptionsMapper
{
    /// <summary>A request without its prompt.</summary>
    public static GenerationRequest Map(ChatOptions? options, string model)
    {
        var request = new GenerationRequest { Prompt = [] };
        if (options is null)
        {
            return request;
        }

        Refuse(options, model);
        if (options.MaxOutputTokens is < 1)
        {
            throw new ConfigurationException($"The length of the reply must be at least 1 token, not {options.MaxOutputTokens}.");
        }

        return request with
        {
            MaxTokens = options.MaxOutputTokens,
            StopSequences = [.. (options.StopSequences ?? []).Where(stop => !string.IsNullOrEmpty(stop))],
            Sampling = Sampling(options),
            Drafting = Extra<bool>(options, SamplingKeys.Drafting),
            Priority = Priority(options),
        };
    }

    private static SamplingRow Sampling(ChatOptions options)
    {
        float temperature = options.Temperature ?? 0;
        return new SamplingRow
        {
            Temperature = temperature,
            TopP = options.TopP ?? 1,
            // Other engines write "all tokens" as −1.
            TopK = options.TopK is null or -1 ? 0 : options.TopK.Value,
            FrequencyPenalty = options.FrequencyPenalty ?? 0,
            PresencePenalty = options.PresencePenalty ?? 0,
            MinP = Extra<float>(options, SamplingKeys.MinP) ?? 0,
            RepetitionPenalty = Extra<float>(options, SamplingKeys.RepetitionPenalty) ?? 1,
            Bias = options.AdditionalProperties?.GetValueOrDefault(SamplingKeys.LogitBias) switch
            {
                null => null,
                IReadOnlyDictionary<int, float> bias => bias,
                _ => throw new ConfigurationException($"The option {SamplingKeys.LogitBias} must map token ids to numbers."),
            },
            TopLogProbs = Extra<int>(options, SamplingKeys.TopLogProbs) ?? 0,
            Seed = unchecked((ulong)(options.Seed ?? (temperature > 0 ? Random.Shared.NextInt64() : 0))),
        };
    }

    private static RequestPriority Priority(ChatOptions options) => options.AdditionalProperties?.GetValueOrDefault(SamplingKeys.Priority) switch
    {
        null => RequestPriority.Interactive,
        RequestPriority priority when Enum.IsDefined(priority) => priority,
        "interactive" => RequestPriority.Interactive,
        "batch" => RequestPriority.Batch,
        var other => throw new ConfigurationException($"The option {SamplingKeys.Priority} must be interactive or batch, not {other}."),
    };

    private static void Refuse(ChatOptions options, string model)
    {
        Refuse(options.Reasoning is not null, "Reasoning options are not supported");
        Refuse(options.ContinuationToken is not null || options.AllowBackgroundResponses == true, "Background responses are not supported");
        Refuse(options.ConversationId is not null, "Conversations are not stored: the messages of each call are all that the model sees; a conversation id is not supported");
        Refuse(options.ModelId is not null && options.ModelId != model, $"This client serves the model '{model}' only; '{options.ModelId}' cannot be asked for");
        foreach (string key in options.AdditionalProperties?.Keys ?? [])
        {
            Refuse(
                key.StartsWith("agentic.", StringComparison.Ordinal) && key is not (SamplingKeys.MinP or SamplingKeys.RepetitionPenalty or SamplingKeys.LogitBias
                    or SamplingKeys.TopLogProbs or SamplingKeys.ReplyStart or SamplingKeys.CloseAtLimit or SamplingKeys.TellSchema or SamplingKeys.Priority or SamplingKeys.Drafting
                    or ConstraintKeys.Regex or ConstraintKeys.Choices or ConstraintKeys.Gbnf or PromptTokens.OptionKey),
                $"The option '{key}' is not known");
        }
    }

    private static void Refuse(bool given, string sentence)
    {
        if (given)
        {
            throw new ConfigurationException($"{sentence}.");
        }
    }

    private static T? Extra<T>(ChatOptions options, string key) where T : struct =>
        options.AdditionalProperties?.GetValueOrDefault(key) switch
        {
            null => null,
            T value => value,
            var other => throw new ConfigurationException($"The option {key} must be a {typeof(T).Name}, not a {other.GetType().Name}."),
        };
}
