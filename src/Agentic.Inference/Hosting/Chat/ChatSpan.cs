using System.Diagnostics;
using Agentic.Inference.Hosting.Diagnostics;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>
/// The trace and the measurements of one call, by OpenTelemetry's conventions for generative AI. They carry numbers; content only when the host was
/// told to (<see cref="HostOptions.CaptureContent"/>).
/// </summary>
internal sealed class ChatSpan : IDisposable
{
    private static readonly ActivitySource Source = new(GenAiTags.Source);
    private readonly Activity? _activity;
    private readonly ClientMeter _meter;
    private readonly bool _streaming;
    private readonly bool _content;
    private bool _ended;

    private ChatSpan(Activity? activity, ClientMeter meter, bool streaming, bool content)
    {
        _activity = activity;
        _meter = meter;
        _streaming = streaming;
        _content = content;
    }

    public static ChatSpan Start(HostOptions host, string model, LocalCall call, IEnumerable<ChatMessage> messages, bool streaming)
    {
        var meter = new ClientMeter(Instruments.Of(host.MeterFactory), host.Time, GenAiTags.Chat, model);
        if (!Source.HasListeners())
        {
            return new ChatSpan(null, meter, streaming, host.CaptureContent);
        }

        Activity? outer = Activity.Current;
        Activity? activity = Source.StartActivity($"{GenAiTags.Chat} {model}", ActivityKind.Internal, default(ActivityContext), Tags(model, call, streaming));
        // A stream comes back here from other contexts: the caller's activity stays the current one.
        Activity.Current = outer;
        if (activity is { IsAllDataRequested: true } && host.CaptureContent)
        {
            if (call.Options?.Instructions is { Length: > 0 } instructions)
            {
                activity.SetTag("gen_ai.system_instructions", MessageTrace.Instructions(instructions));
            }

            activity.SetTag("gen_ai.input.messages", MessageTrace.Messages(messages, null));
        }

        return new ChatSpan(activity, meter, streaming, host.CaptureContent);
    }

    /// <summary>A piece of a streamed reply is about to be handed out; the one that only says that the call was taken does not count.</summary>
    public void Chunk() => _meter.Chunk();

    public void Finish(LocalCall call)
    {
        _ended = true;
        GenerationEnd end = call.End!;
        _meter.End(null, end.PromptTokens, end.GeneratedTokens);
        if (_activity is not { IsAllDataRequested: true })
        {
            return;
        }

        _activity.SetTag("gen_ai.response.id", call.Id);
        _activity.SetTag(GenAiTags.ResponseModel, call.Model);
        _activity.SetTag("gen_ai.response.finish_reasons", new[] { call.Reason.Value });
        _activity.SetTag("gen_ai.usage.input_tokens", end.PromptTokens);
        _activity.SetTag("gen_ai.usage.cache_read.input_tokens", end.CachedTokens);
        _activity.SetTag("gen_ai.usage.output_tokens", end.GeneratedTokens);
        if (call.ReasoningTokens > 0)
        {
            _activity.SetTag("gen_ai.usage.reasoning.output_tokens", call.ReasoningTokens);
        }

        if (_streaming && _meter.ToFirstChunk is { } first)
        {
            _activity.SetTag("gen_ai.response.time_to_first_chunk", first.TotalSeconds);
        }

        if (_content)
        {
            _activity.SetTag("gen_ai.output.messages", MessageTrace.Messages(call.ToResponse().Messages, call.Reason.Value));
        }
    }

    public void Fail(Exception exception)
    {
        _ended = true;
        _meter.End(exception, null, null);
        _activity?.SetTag(GenAiTags.ErrorType, exception.GetType().FullName);
        _activity?.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Ends the call; one that its reader left before its end is neither finished nor failed.</summary>
    public void Dispose()
    {
        if (!_ended)
        {
            _meter.End(null, null, null);
        }

        _activity?.Dispose();
    }

    private static IEnumerable<KeyValuePair<string, object?>> Tags(string model, LocalCall call, bool streaming)
    {
        GenerationRequest request = call.Request;
        yield return new(GenAiTags.OperationName, GenAiTags.Chat);
        yield return new(GenAiTags.ProviderName, GenAiTags.Provider);
        yield return new(GenAiTags.RequestModel, model);
        yield return new("gen_ai.output.type", call.Options?.ResponseFormat is ChatResponseFormatJson ? "json" : "text");
        yield return new("gen_ai.request.stream", streaming);
        yield return new("gen_ai.request.temperature", (double)request.Sampling.Temperature);
        yield return new("gen_ai.request.top_p", (double)request.Sampling.TopP);
        if (request.Sampling.TopK > 0)
        {
            yield return new("gen_ai.request.top_k", request.Sampling.TopK);
        }

        if (request.Sampling.FrequencyPenalty != 0)
        {
            yield return new("gen_ai.request.frequency_penalty", (double)request.Sampling.FrequencyPenalty);
        }

        if (request.Sampling.PresencePenalty != 0)
        {
            yield return new("gen_ai.request.presence_penalty", (double)request.Sampling.PresencePenalty);
        }

        if (request.StopSequences.Count > 0)
        {
            yield return new("gen_ai.request.stop_sequences", request.StopSequences.ToArray());
        }

        if (request.MaxTokens is { } most)
        {
            yield return new("gen_ai.request.max_tokens", most);
        }

        if (request.Sampling.Temperature > 0)
        {
            yield return new("gen_ai.request.seed", unchecked((long)request.Sampling.Seed));
        }
    }
}
