using System.Diagnostics;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>The trace of one call, by OpenTelemetry's conventions for generative AI; it carries numbers, never content.</summary>
internal sealed class ChatSpan : IDisposable
{
    private static readonly ActivitySource Source = new("Agentic.Inference");
    private readonly Activity? _activity;

    private ChatSpan(Activity? activity) => _activity = activity;

    public static ChatSpan Start(string model, GenerationRequest request, bool streaming)
    {
        if (!Source.HasListeners())
        {
            return new ChatSpan(null);
        }

        Activity? outer = Activity.Current;
        Activity? activity = Source.StartActivity($"chat {model}", ActivityKind.Internal, default(ActivityContext), Tags(model, request, streaming));
        // A stream comes back here from other contexts: the caller's activity stays the current one.
        Activity.Current = outer;
        return new ChatSpan(activity);
    }

    public void Finish(LocalCall call)
    {
        if (_activity is not null && call.End is { } end)
        {
            _activity.SetTag("gen_ai.response.id", call.Id);
            _activity.SetTag("gen_ai.response.finish_reasons", new[] { end.Cause == FinishCause.Stop ? "stop" : "length" });
            _activity.SetTag("gen_ai.usage.input_tokens", end.PromptTokens);
            _activity.SetTag("gen_ai.usage.cache_read.input_tokens", end.CachedTokens);
            _activity.SetTag("gen_ai.usage.output_tokens", end.GeneratedTokens);
        }
    }

    public void Fail(Exception exception)
    {
        _activity?.SetTag("error.type", exception.GetType().FullName);
        _activity?.SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose() => _activity?.Dispose();

    private static IEnumerable<KeyValuePair<string, object?>> Tags(string model, GenerationRequest request, bool streaming)
    {
        yield return new("gen_ai.operation.name", "chat");
        yield return new("gen_ai.provider.name", "agentic");
        yield return new("gen_ai.request.model", model);
        yield return new("gen_ai.request.stream", streaming);
        yield return new("gen_ai.request.temperature", (double)request.Sampling.Temperature);
        yield return new("gen_ai.request.top_p", (double)request.Sampling.TopP);
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
