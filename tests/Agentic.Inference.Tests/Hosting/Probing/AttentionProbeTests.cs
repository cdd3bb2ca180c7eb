using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Probing;
using Agentic.Inference.Tests.Models;
using Microsoft.Extensions.AI;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.Hosting.Probing;

public sealed class AttentionProbeTests(ITestOutputHelper output)
{
    private const int Queries = 5;
    private static readonly int[] s_text = TinyHost.Prompt(150, 4);

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2-q4_1")]
    [InlineData("phi2")] // both branches read one norm
    [InlineData("gemma2")] // soft-capped scores, sliding windows
    [InlineData("gemma3")] // sliding windows
    [InlineData("deepseek2")] // latent attention
    [InlineData("gpt-oss")] // sinks, sliding windows, experts
    public async Task Probe_AnyArchitecture_EqualsTheNaiveSoftmax(string name)
    {
        using ModelHost host = Load(TinyGolden.File(name));
        var naive = new NaiveAttention(host.Model);
        int layers = host.Model.Config.BlockCount;

        AttentionMass mass = await new LocalAttentionProbe(host).ProbeAsync(new AttentionProbeRequest(s_text, Queries));

        Assert.Equal((layers, s_text.Length, 0), (mass.Layers.Count, mass.PromptTokens, mass.CachedTokens));
        for (int layer = 0; layer < layers; layer++)
        {
            AssertClose(naive.Mean(layer, s_text.Length, Queries), mass.Layers[layer], 1e-5);
        }

        if (name == "gpt-oss")
        {
            Assert.InRange(mass.Layers.Min(layer => layer.Sum()), 0.1, 0.99);
        }
        else
        {
            Assert.All(mass.Layers, layer => Assert.Equal(1, layer.Sum(), 1e-5));
        }
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gemma3")]
    public async Task Probe_TinyGolden_EqualsAnIndependentForwardPass(string name)
    {
        using GgufFile file = GgufFile.Open(TinyGolden.File(name));
        var reference = new ReferenceModel(file);
        reference.Logits(s_text);
        using ModelHost host = Load(TinyGolden.File(name));
        AttentionMass mass = await new LocalAttentionProbe(host).ProbeAsync(new AttentionProbeRequest(s_text, Queries));
        for (int layer = 0; layer < mass.Layers.Count; layer++)
        {
            double[][][] rows = reference.Attentions[layer][^Queries..];
            double[] expected = [.. s_text.Select((_, key) => rows.Average(row => row.Average(head => head[key])))];
            AssertClose(expected, mass.Layers[layer], 1e-5);
        }
    }

    [Fact]
    public async Task Probe_ContextReadBefore_OnlyQueriesAreComputed()
    {
        using ModelHost host = Load(TinyHost.Path);
        var probe = new LocalAttentionProbe(host);
        AttentionMass first = await probe.ProbeAsync(new AttentionProbeRequest(s_text, Queries));
        var naive = new NaiveAttention(host.Model);
        AttentionMass again = await probe.ProbeAsync(new AttentionProbeRequest(s_text, Queries));
        Assert.Equal((0, 128), (first.CachedTokens, again.CachedTokens));
        Assert.Equal(Enumerable.Range(128, s_text.Length - 128), naive.Rows.Keys.Where(row => row.Layer == 0 && row.Head == 0).Select(row => row.Position).Order());
        Assert.Equal(first.Layers, again.Layers);

        // Another question on the same context: new rows, and pages that a reply left.
        int[] other = [.. s_text[..130], .. TinyHost.Prompt(20, 9)];
        await host.Run(new GenerationRequest { Prompt = other, MaxTokens = 1 });
        AttentionMass asked = await probe.ProbeAsync(new AttentionProbeRequest(other, 20));
        Assert.Equal(128, asked.CachedTokens);
        AssertClose(naive.Mean(1, other.Length, 20), asked.Layers[1], 1e-5);
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Probe_ChosenLayersHeadsAndPages_ArePartsOfTheWhole()
    {
        using ModelHost host = Load(TinyHost.Path);
        var naive = new NaiveAttention(host.Model);
        var probe = new LocalAttentionProbe(host);
        var request = new AttentionProbeRequest(s_text, 40); // more rows than a step
        AttentionMass all = await probe.ProbeAsync(request);
        AttentionMass last = await probe.ProbeAsync(request with { Layers = [-1], Heads = [2, 0] });
        AttentionMass pages = await probe.ProbeAsync(request with { TokensPerSlot = 64 });

        int end = host.Model.Config.BlockCount - 1;
        AssertClose(naive.Mean(end, s_text.Length, 40, 0, 2), Assert.Single(last.Layers), 1e-5);
        for (int layer = 0; layer <= end; layer++)
        {
            AssertClose(naive.Mean(layer, s_text.Length, 40), all.Layers[layer], 1e-5);
            AssertClose([.. all.Layers[layer].Chunk(64).Select(slot => (double)slot.Sum())], pages.Layers[layer], 1e-5);
        }

        AssertClose([.. all.Layers[0].Zip(all.Layers[1], (a, b) => (double)(a + b) / 2)], all.Mean(), 1e-6);
    }

    [Fact]
    public async Task Probe_ManyAtOnceInAPoolThatIsTooSmall_AsAlone()
    {
        int[][] texts = [.. Enumerable.Range(0, 6).Select(i => TinyHost.Prompt(100 + 10 * i, 20 + i))];
        using ModelHost roomy = Load(TinyHost.Path);
        var expected = new List<AttentionMass>();
        foreach (int[] text in texts)
        {
            expected.Add(await new LocalAttentionProbe(roomy).ProbeAsync(new AttentionProbeRequest(text, 30)));
        }

        using ModelHost tight = TinyHost.Load(TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(6) });
        AttentionMass[] found = await Task.WhenAll(texts.Select(text => new LocalAttentionProbe(tight).ProbeAsync(new AttentionProbeRequest(text, 30))));
        for (int i = 0; i < texts.Length; i++)
        {
            // Rows of a step are summed in single precision, so where a step ended shows in the last digit.
            AssertClose([.. expected[i].Layers[1].Select(mass => (double)mass)], found[i].Layers[1], 1e-6);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(100)]
    public async Task Probe_OfASession_OnlyWhatFollowsIsComputedAndNothingChanges(int length)
    {
        using ModelHost host = TinyHost.Load();
        using ITokenSession session = new LocalChatClient(host).GetService<ITokenSessions>()!.Start();
        await session.AppendAsync(s_text[..length]);
        var naive = new NaiveAttention(host.Model);

        AttentionMass mass = await session.ProbeAsync(new AttentionProbeRequest(s_text[length..], 7) { Layers = [1] });

        // The last token of a session waits for what follows it.
        Assert.Equal((s_text.Length, length - 1), (mass.PromptTokens, mass.CachedTokens));
        Assert.Equal(s_text.Length - length + 1, naive.Rows.Count(row => row.Key.Layer == 0 && row.Key.Head == 0));
        AssertClose(naive.Mean(1, s_text.Length, 7), mass.Layers[0], 1e-5);
        Assert.Equal(s_text[..length], session.Tokens);

        naive.Rows.Clear();
        AttentionMass own = await session.ProbeAsync(new AttentionProbeRequest([], 2) { Layers = [1] });
        AssertClose(naive.Mean(1, length, 2), own.Layers[0], 1e-5);
        Assert.Equal(2, naive.Rows.Count(row => row.Key.Layer == 0 && row.Key.Head == 0));
        await Assert.ThrowsAsync<ArgumentException>(() => session.ProbeAsync(new AttentionProbeRequest([], length + 1)));
        await Assert.ThrowsAsync<BudgetException>(() => session.ProbeAsync(new AttentionProbeRequest(TinyHost.Prompt(257 - length, 1), 1)));
    }

    [Fact]
    public async Task Probe_EightBitActivations_NearTheExact()
    {
        string path = TinyGolden.File("llama-q8_0");
        using ModelHost exact = Load(path);
        using ModelHost fast = ModelHost.Load(path, TinyHost.Options with { Backend = new BackendOptions { Name = "cpu", ActivationMode = ActivationMode.Int8, Threads = 2 } });
        AttentionMass expected = await new LocalAttentionProbe(exact).ProbeAsync(new AttentionProbeRequest(s_text, Queries));
        AttentionMass found = await new LocalAttentionProbe(fast).ProbeAsync(new AttentionProbeRequest(s_text, Queries));
        double worst = expected.Layers.Zip(found.Layers, (e, f) => e.Zip(f, (a, b) => (double)Math.Abs(a - b)).Max()).Max();
        output.WriteLine($"largest difference of a token's mass: {worst}; largest mass {expected.Layers.Max(layer => layer.Max())}");
        Assert.InRange(worst, 1e-9, 0.01);
        Assert.All(found.Layers, layer => Assert.Equal(1, layer.Sum(), 1e-4));
    }

    [Fact]
    public async Task Probe_WhatCannotBe_IsRefused()
    {
        using ModelHost host = Load(TinyHost.Path);
        var probe = new LocalAttentionProbe(host);
        var good = new AttentionProbeRequest([1, 2, 3], 1);
        AttentionProbeRequest[] bad =
        [
            good with { QueryCount = 0 }, good with { QueryCount = 4 }, good with { Tokens = [] }, good with { Tokens = [99999] }, good with { TokensPerSlot = 0 },
            good with { Layers = [] }, good with { Layers = [0, 0] }, good with { Layers = [0, -2] }, good with { Layers = [2] }, good with { Layers = [-3] },
            good with { Heads = [] }, good with { Heads = [1, 1] }, good with { Heads = [-1] }, good with { Heads = [4] },
        ];
        foreach (AttentionProbeRequest request in bad)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => probe.ProbeAsync(request));
        }

        await Assert.ThrowsAsync<BudgetException>(() => probe.ProbeAsync(good with { Tokens = TinyHost.Prompt(257, 1) }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe.ProbeAsync(good, new CancellationToken(true)));
        Assert.Single((await probe.ProbeAsync(good with { Layers = [-1] })).Layers);
    }

    private static ModelHost Load(string path) => ModelHost.Load(path, TinyHost.Options);

    private static void AssertClose(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{i}: {expected[i]} and {actual[i]}");
        }
    }
}
