using System.Diagnostics;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Engine;
using Agentic.Inference.Models;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>Traces of calls by OpenTelemetry's conventions for generative AI.</summary>
public sealed class ChatSpanTests
{
    private static readonly ChatMessage[] Messages = [new(ChatRole.User, "Tell me of Paris")];

    [Fact]
    public async Task Stream_Listened_OneSpanWithAllNumbersAndNoContent()
    {
        Activity span = await Trace(new(), null, client => client.GetStreamingResponseAsync(Messages, new()
        {
            MaxOutputTokens = 5,
            Temperature = 0.5f,
            TopP = 0.9f,
            TopK = 40,
            FrequencyPenalty = 0.1f,
            PresencePenalty = 0.2f,
            Seed = 11,
            StopSequences = ["§§"],
        }).ToListAsync().AsTask());
        Assert.Equal("chat llama", span.OperationName);
        Assert.Equal(ActivityKind.Internal, span.Kind);
        Assert.Equal(("chat", "agentic", "llama", "llama", "text"), (Tag("operation.name"), Tag("provider.name"), Tag("request.model"), Tag("response.model"), Tag("output.type")));
        Assert.Equal((5, 40, 11L, true), (Tag("request.max_tokens"), Tag("request.top_k"), Tag("request.seed"), Tag("request.stream")));
        Assert.Equal((0.5, 0.9, 0.1, 0.2), (Number("temperature"), Number("top_p"), Number("frequency_penalty"), Number("presence_penalty")));
        Assert.Equal(["§§"], (string[])Tag("request.stop_sequences")!);
        Assert.Single((string[])Tag("response.finish_reasons")!);
        Assert.True((double)Tag("response.time_to_first_chunk")! > 0);
        Assert.NotNull(Tag("response.id"));
        Assert.InRange((int)Tag("usage.output_tokens")!, 1, 5);
        Assert.True((int)Tag("usage.input_tokens")! > 5);
        Assert.Equal(0, Tag("usage.cache_read.input_tokens"));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Key.EndsWith("messages", StringComparison.Ordinal) || (tag.Value is string text && text.Contains("Paris", StringComparison.Ordinal)));

        object? Tag(string name) => span.GetTagItem("gen_ai." + name);
        double Number(string name) => Math.Round((double)Tag("request." + name)!, 6);
    }

    [Fact]
    public async Task Call_SecondTime_CachedTokensAreInTheSpan()
    {
        string text = string.Concat(Enumerable.Repeat("Paris is a town. ", 12));
        Activity span = await Trace(new(), null, async client =>
        {
            Activity? current = Activity.Current;
            Activity.Current = null; // the first call is not of this trace
            await client.GetResponseAsync(text, new() { MaxOutputTokens = 1 });
            Activity.Current = current;
            await client.GetResponseAsync(text, new() { MaxOutputTokens = 1 });
        });
        int cached = (int)span.GetTagItem("gen_ai.usage.cache_read.input_tokens")!;
        Assert.True(cached >= 64 && cached % 64 == 0, $"{cached}");
        Assert.Null(span.GetTagItem("gen_ai.response.time_to_first_chunk"));
    }

    [Fact]
    public async Task Call_ContentAskedFor_MessagesAreInTheSpan()
    {
        string reply = "";
        Activity span = await Trace(new() { CaptureContent = true }, null, async client =>
            reply = (await client.GetResponseAsync(Messages, new() { Instructions = "Be \"brief\"", MaxOutputTokens = 4 })).Text);
        Assert.Equal("""[{"type":"text","content":"Be \u0022brief\u0022"}]""", span.GetTagItem("gen_ai.system_instructions"));
        Assert.Equal("""[{"role":"user","parts":[{"type":"text","content":"Tell me of Paris"}]}]""", span.GetTagItem("gen_ai.input.messages"));
        var output = System.Text.Json.JsonDocument.Parse((string)span.GetTagItem("gen_ai.output.messages")!).RootElement[0];
        Assert.Equal(("assistant", reply), (output.GetProperty("role").GetString(), output.GetProperty("parts")[0].GetProperty("content").GetString()));
        Assert.Equal(((string[])span.GetTagItem("gen_ai.response.finish_reasons")!)[0], output.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Call_Fails_SpanSaysByWhatType()
    {
        Activity span = await Trace(new(), _ => _ => throw new InvalidOperationException("broken"), client => Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync(Messages)));
        Assert.Equal("Agentic.ModelCallException", span.GetTagItem("error.type"));
        Assert.Equal(ActivityStatusCode.Error, span.Status);
    }

    /// <summary>The one span of a trace of its own: other tests may trace at the same time.</summary>
    private static async Task<Activity> Trace(HostOptions options, Func<LanguageModel, Action<StepPlan>>? run, Func<LocalChatClient, Task> act)
    {
        var spans = new List<Activity>();
        using var root = new Activity("test").Start();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Agentic.Inference",
            Sample = (ref ActivityCreationOptions<ActivityContext> creation) => creation.TraceId == root.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        using var host = TinyHost.Load(host: options, run: run);
        using var client = new LocalChatClient(host);
        await act(client);
        Assert.Same(root, Activity.Current);
        return Assert.Single(spans, span => span.TraceId == root.TraceId);
    }
}
