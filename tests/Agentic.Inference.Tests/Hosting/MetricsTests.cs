using System.Diagnostics.Metrics;
using Agentic.Inference.Hosting;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>What a host says of itself to whoever listens to the meter <c>Agentic.Inference</c>.</summary>
public sealed class MetricsTests
{
    private const string Model = "llama";

    [Fact]
    public async Task Host_AtWorkAndAfter_AccountIsTrue()
    {
        using var measured = new Measured();
        using (var host = TinyHost.Load(host: new() { MeterFactory = measured, MaxConcurrent = 1, OutputBuffer = 1 }))
        {
            Assert.Equal(await host.RunAsync(context => context.Cache.TotalPages), measured.Now("agentic.kv_cache.capacity"));
            await using (var slow = host.GenerateAsync(new() { Prompt = TinyHost.Prompt(70, 1), MaxTokens = 10, IgnoreEndTokens = true }).GetAsyncEnumerator())
            {
                await slow.MoveNextAsync();
                Assert.Equal(1, measured.Now("agentic.requests.running") + measured.Now("agentic.requests.waiting"));
                Assert.Equal(2, measured.Now("agentic.kv_cache.pages", "used"));
                while (await slow.MoveNextAsync())
                {
                }
            }

            await host.Run(new() { Prompt = TinyHost.Prompt(70, 1), MaxTokens = 3, IgnoreEndTokens = true });
            await host.ScoreAsync([new(TinyHost.Prompt(70, 1), [[1, 2], [1, 3]])]);
            Assert.Equal(0, measured.Now("agentic.requests.running"));
            Assert.Equal(0, measured.Now("agentic.requests.waiting"));
            Assert.Equal(70 + 6 + 6 + 1, measured.Now("agentic.prompt_tokens.computed")); // all; two times what is behind the page found, and the candidates' common token
            Assert.Equal(64 + 64, measured.Now("agentic.prompt_tokens.cached"));
            Assert.Equal(10 + 3, measured.Now("agentic.generated_tokens"));
            Assert.Equal(0, measured.Now("agentic.kv_cache.pages", "used"));
            Assert.Equal(1, measured.Now("agentic.kv_cache.pages", "cached"));
            Assert.Equal(measured.Now("agentic.kv_cache.capacity"), measured.Now("agentic.kv_cache.pages"));
            Assert.Equal(measured.Now("agentic.steps"), measured.Of("agentic.step.duration").Count);
            Assert.Equal(0, measured.Now("agentic.preemptions"));
            Assert.Equal(0, measured.Now("agentic.requests.refused"));
        }

        measured.Now("agentic.steps");
        Assert.Empty(measured.Of("agentic.steps")); // a host that is gone says nothing
    }

    [Fact]
    public async Task Host_CrowdedAndOverloaded_PreemptionsAndRefusalsAreCounted()
    {
        using var measured = new Measured();
        using var host = TinyHost.Load(
            TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(4) }, new() { MeterFactory = measured, MaxQueued = 3 });
        var replies = Enumerable.Range(0, 40).Select(i => host.Run(new() { Prompt = TinyHost.Prompt(50, i), MaxTokens = 150, IgnoreEndTokens = true })).ToList();
        await Task.WhenAll(replies.Select(reply => reply.ContinueWith(_ => { }, TaskScheduler.Default)));
        int refused = replies.Count(reply => reply.Exception?.InnerException is HostOverloadedException);
        Assert.True(refused > 0);
        Assert.Equal(refused, measured.Now("agentic.requests.refused"));
        long preemptions = await host.Preemptions();
        Assert.True(preemptions > 0);
        Assert.Equal(preemptions, measured.Now("agentic.preemptions"));
        Assert.Equal(40 - refused, measured.Of("gen_ai.server.request.duration").Count);
    }

    [Fact]
    public async Task Calls_WellAndFailed_AreTimedByTheConventions()
    {
        var time = new ManualTime();
        int failing = 0;
        using var measured = new Measured();
        using var host = TinyHost.Load(host: new() { MeterFactory = measured, Time = time }, run: model => plan =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            if (Volatile.Read(ref failing) == 1)
            {
                throw new InvalidOperationException("broken");
            }

            model.Run(plan.Batch);
        });
        using var client = new LocalChatClient(host);
        ChatOptions options = new() { MaxOutputTokens = 6, AdditionalProperties = new() { [PromptTokens.OptionKey] = new PromptTokens(20, TinyHost.Prompt(20, 1)) } };
        ChatResponse response = await client.GetResponseAsync("x", options);
        long generated = response.Usage!.OutputTokenCount!.Value;
        Assert.True(generated > 1);
        Dictionary<string, object?> tags = Single(measured, "gen_ai.client.operation.duration", 0.1 * generated, "s");
        Assert.Equal(["gen_ai.operation.name=chat", "gen_ai.provider.name=agentic", $"gen_ai.request.model={Model}", $"gen_ai.response.model={Model}"], tags.Select(tag => $"{tag.Key}={tag.Value}").Order());
        Assert.Equal(tags, Single(measured, "gen_ai.server.request.duration", 0.1 * generated, "s"));
        Assert.Equal(tags, Single(measured, "gen_ai.server.time_to_first_token", 0.1, "s"));
        Assert.Equal(tags, Single(measured, "gen_ai.server.time_per_output_token", 0.1, "s"));
        Assert.Equal([(20.0, "input"), (generated, "output")], measured.Of("gen_ai.client.token.usage").Select(said => (said.Value, (string)said.Tags["gen_ai.token.type"]!)));
        Assert.Empty(measured.Of("gen_ai.client.operation.time_to_first_chunk"));

        Volatile.Write(ref failing, 1);
        await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync("x", options));
        Assert.All((string[])["gen_ai.client.operation.duration", "gen_ai.server.request.duration"], name =>
            Assert.Equal("Agentic.ModelCallException", measured.Of(name)[1].Tags["error.type"]));
        Assert.Single(measured.Of("gen_ai.server.time_to_first_token"));
        Assert.Equal(2, measured.Of("gen_ai.client.token.usage").Count);
    }

    [Fact]
    public async Task Stream_Chunks_AreTimed()
    {
        using var measured = new Measured();
        using var host = TinyHost.Load(host: new() { MeterFactory = measured });
        using var client = new LocalChatClient(host);
        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync("x", new() { MaxOutputTokens = 6 }).ToListAsync();
        Assert.Single(measured.Of("gen_ai.client.operation.time_to_first_chunk"));
        Assert.Equal(updates.Count - 2, measured.Of("gen_ai.client.operation.time_per_output_chunk").Count); // the first says only that the call was taken
    }

    [Theory]
    [InlineData("gen_ai.client.operation.duration", 14, 0.01, 81.92)]
    [InlineData("gen_ai.client.token.usage", 14, 1, 67108864)]
    [InlineData("gen_ai.server.request.duration", 14, 0.01, 81.92)]
    [InlineData("gen_ai.server.time_to_first_token", 16, 0.001, 10)]
    [InlineData("gen_ai.server.time_per_output_token", 13, 0.01, 2.5)]
    public async Task Histogram_Boundaries_AreThoseAdvised(string name, int count, double first, double last)
    {
        using var measured = new Measured(name);
        using var host = TinyHost.Load(host: new() { MeterFactory = measured });
        using var client = new LocalChatClient(host);
        await client.GetResponseAsync("x", new() { MaxOutputTokens = 6 });
        double[] boundaries = measured.Instrument(name) switch
        {
            Histogram<double> histogram => [.. histogram.Advice!.HistogramBucketBoundaries!],
            Histogram<long> histogram => [.. histogram.Advice!.HistogramBucketBoundaries!.Select(value => (double)value)],
            _ => [],
        };
        Assert.Equal((count, first, last), (boundaries.Length, boundaries[0], boundaries[^1]));
        Assert.Equal(boundaries.Order(), boundaries);
    }

    private static Dictionary<string, object?> Single(Measured measured, string name, double value, string unit)
    {
        var said = Assert.Single(measured.Of(name));
        Assert.Equal(value, said.Value, 1e-6);
        Assert.Equal(unit, measured.Instrument(name).Unit);
        return said.Tags;
    }
}
