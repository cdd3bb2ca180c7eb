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
        };
    }

    private static SamplingRow Sampling(ChatOptions options)
    {
        float temperature = options.Temperature ?? 0;
        return new SamplingRow
        {
            Temperature = InRange("Temperature", temperature, 0, 100),
            TopP = InRange("Top-p", options.TopP ?? 1, 0, 1),
            TopK = (int)InRange("Top-k", options.TopK ?? 0, 0, int.MaxValue),
            FrequencyPenalty = InRange("The frequency penalty", options.FrequencyPenalty ?? 0, -100, 100),
            PresencePenalty = InRange("The presence penalty", options.PresencePenalty ?? 0, -100, 100),
            MinP = InRange("Min-p", Extra<float>(options, SamplingKeys.MinP) ?? 0, 0, 1),
            RepetitionPenalty = InRange("The repetition penalty", Extra<float>(options, SamplingKeys.RepetitionPenalty) ?? 1, 0.01f, 100),
            Bias = options.AdditionalProperties?.GetValueOrDefault(SamplingKeys.LogitBias) switch
            {
                null => null,
                IReadOnlyDictionary<int, float> bias => bias,
                _ => throw new ConfigurationException($"The option {SamplingKeys.LogitBias} must map token ids to numbers."),
            },
            TopLogProbs = (int)InRange("The number of log-probabilities", Extra<int>(options, SamplingKeys.TopLogProbs) ?? 0, 0, 1000),
            Seed = unchecked((ulong)(options.Seed ?? (temperature > 0 ? Random.Shared.NextInt64() : 0))),
        };
    }

    private static void Refuse(ChatOptions options, string model)
    {
        Refuse(options.Tools is { Count: > 0 } || options.ToolMode is RequiredChatToolMode, "Tools are not supported yet");
        Refuse(options.ResponseFormat is not (null or ChatResponseFormatText), "Replies in JSON or by a schema are not supported yet");
        Refuse(options.Reasoning is not null, "Reasoning options are not supported");
        Refuse(options.ContinuationToken is not null || options.AllowBackgroundResponses == true, "Background responses are not supported");
        Refuse(options.ConversationId is not null, "Conversations are not stored: the messages of each call are all that the model sees; a conversation id is not supported");
        Refuse(options.ModelId is not null && options.ModelId != model, $"This client serves the model '{model}' only; '{options.ModelId}' cannot be asked for");
        foreach (string key in options.AdditionalProperties?.Keys ?? [])
        {
            Refuse(
                key.StartsWith("agentic.", StringComparison.Ordinal) && key is not (SamplingKeys.MinP or SamplingKeys.RepetitionPenalty or SamplingKeys.LogitBias
                    or SamplingKeys.TopLogProbs or SamplingKeys.ReplyStart or PromptTokens.OptionKey),
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

    private static float InRange(string name, float value, float low, float high) => value >= low && value <= high
        ? value
        : throw new ConfigurationException($"{name} must lie between {low} and {high}, not at {value}.");
}
