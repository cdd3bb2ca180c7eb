using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Agentic.Inference.Hosting.Diagnostics;

/// <summary>
/// The instruments of a meter named <c>Agentic.Inference</c>: one meter a process, or one a service container. Hosts share them; what is observed is
/// told apart by <c>agentic.host.id</c>. Observed numbers are kept anyway, and histograms are only recorded while somebody listens.
/// </summary>
internal sealed class Instruments
{
    private const string HostId = "agentic.host.id";
    private static readonly Meter Process = new(GenAiTags.Source);
    private static readonly ConditionalWeakTable<Meter, Instruments> Made = [];
    private static int _hostsSoFar;
    private readonly Lock _gate = new();
    private readonly List<(EngineAccount Account, KeyValuePair<string, object?>[] Tags)> _hosts = [];

    private Instruments(Meter meter)
    {
        Gauge(meter, "agentic.requests.waiting", "{request}", "Requests that wait to be taken into work.", EngineQuantity.Waiting);
        Gauge(meter, "agentic.requests.running", "{request}", "Requests in work.", EngineQuantity.Running);
        meter.CreateObservableUpDownCounter<long>(
            "agentic.kv_cache.pages", () => [.. Observe(EngineQuantity.FreePages, "free"), .. Observe(EngineQuantity.CachedPages, "cached"), .. Observe(EngineQuantity.UsedPages, "used")],
            "{page}", "Pages of 64 tokens by state: free (empty), cached (found by what they hold until others need the room), used.");
        Gauge(meter, "agentic.kv_cache.capacity", "{page}", "Pages of the pool.", EngineQuantity.TotalPages);
        Counter(meter, "agentic.prompt_tokens.computed", "{token}", "Prompt tokens computed, those computed again after a preemption included.", EngineQuantity.PromptTokens);
        Counter(meter, "agentic.prompt_tokens.cached", "{token}", "Prompt tokens found in the cache instead of being computed.", EngineQuantity.CachedTokens);
        Counter(meter, "agentic.generated_tokens", "{token}", "Tokens drawn.", EngineQuantity.GeneratedTokens);
        Counter(meter, "agentic.preemptions", "{preemption}", "Times that a request lost its pages to others and was computed again later.", EngineQuantity.Preemptions);
        Counter(meter, "agentic.session.evictions", "{eviction}", "Times that an idle session lost its pages to others.", EngineQuantity.Evictions);
        Counter(meter, "agentic.requests.refused", "{request}", "Requests refused because too many waited.", EngineQuantity.Refusals);
        Counter(meter, "agentic.steps", "{step}", "Steps run.", EngineQuantity.Steps);
        StepDuration = Seconds(meter, "agentic.step.duration", "Time of a step: one pass of the model over rows of many requests.", [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6]);
        OperationDuration = Seconds(meter, "gen_ai.client.operation.duration", "GenAI operation duration.", GenAiTags.DurationBuckets);
        TokenUsage = meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Number of input and output tokens used.", tags: null, new InstrumentAdvice<long> { HistogramBucketBoundaries = GenAiTags.TokenBuckets });
        FirstChunk = Seconds(meter, "gen_ai.client.operation.time_to_first_chunk", "Time to receive the first chunk of a streamed response.", GenAiTags.DurationBuckets);
        NextChunk = Seconds(meter, "gen_ai.client.operation.time_per_output_chunk", "Time per chunk of a streamed response after the first.", GenAiTags.DurationBuckets);
        RequestDuration = Seconds(meter, "gen_ai.server.request.duration", "Generative AI server request duration such as time-to-last byte or last output token.", GenAiTags.DurationBuckets);
        FirstToken = Seconds(meter, "gen_ai.server.time_to_first_token", "Time to generate first token for successful responses.", GenAiTags.FirstTokenBuckets);
        NextToken = Seconds(meter, "gen_ai.server.time_per_output_token", "Time per output token generated after the first token for successful responses.", GenAiTags.NextTokenBuckets);
    }

    public Histogram<double> StepDuration { get; }

    public Histogram<double> OperationDuration { get; }

    public Histogram<long> TokenUsage { get; }

    public Histogram<double> FirstChunk { get; }

    public Histogram<double> NextChunk { get; }

    public Histogram<double> RequestDuration { get; }

    public Histogram<double> FirstToken { get; }

    public Histogram<double> NextToken { get; }

    /// <summary>The instruments of a container's meter, or of the process.</summary>
    public static Instruments Of(IMeterFactory? factory) => Made.GetValue(factory?.Create(GenAiTags.Source) ?? Process, meter => new Instruments(meter));

    /// <summary>Has a host observed from now on.</summary>
    public void Add(EngineAccount account, string model)
    {
        lock (_gate)
        {
            _hosts.Add((account, [new(GenAiTags.RequestModel, model), new(HostId, Interlocked.Increment(ref _hostsSoFar))]));
        }
    }

    /// <summary>Has a host no longer observed.</summary>
    public void Remove(EngineAccount account)
    {
        lock (_gate)
        {
            _hosts.RemoveAll(host => ReferenceEquals(host.Account, account));
        }
    }

    private static Histogram<double> Seconds(Meter meter, string name, string description, double[] buckets) =>
        meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    private void Gauge(Meter meter, string name, string unit, string description, EngineQuantity quantity) =>
        meter.CreateObservableUpDownCounter(name, () => Observe(quantity, null), unit, description);

    private void Counter(Meter meter, string name, string unit, string description, EngineQuantity quantity) =>
        meter.CreateObservableCounter(name, () => Observe(quantity, null), unit, description);

    private List<Measurement<long>> Observe(EngineQuantity quantity, string? state)
    {
        lock (_gate)
        {
            return _hosts.ConvertAll(host => new Measurement<long>(
                host.Account[quantity], state is null ? host.Tags : [.. host.Tags, new("agentic.kv_cache.state", state)]));
        }
    }
}
