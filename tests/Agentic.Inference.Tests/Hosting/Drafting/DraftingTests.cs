using Agentic.Inference.Backends;
using Agentic.Inference.Constraints;
using Agentic.Inference.Constraints.JsonSchema;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Engine;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Hosting.Drafting;

/// <summary>
/// Drafted replies beside plain ones, piece by piece. Time stands still but for steps, which take 10 ms and a given time a row, so that what is
/// drafted does not depend on luck. A bias toward few tokens makes replies of random weights repeat themselves, partly.
/// </summary>
public sealed class DraftingTests
{
    private static readonly Dictionary<int, float> Few = Enumerable.Range(0, 6).ToDictionary(i => 40 + (7 * i), _ => 12f);

    public static TheoryData<string, SamplingRow> Samplings => new()
    {
        { "greedy", new() { TopLogProbs = 3 } },
        { "greedy and penalties", new() { RepetitionPenalty = 1.3f, FrequencyPenalty = 0.2f, PresencePenalty = 0.1f, Bias = Few } },
        { "little temperature", new() { Temperature = 0.2f, Bias = Few, TopLogProbs = 2 } },
        { "temperature", new() { Temperature = 0.8f, Bias = Few } },
        { "truncated", new() { Temperature = 0.5f, TopK = 5, TopP = 0.9f, MinP = 0.05f, Bias = Few } },
        { "penalties", new() { Temperature = 0.4f, RepetitionPenalty = 1.1f, FrequencyPenalty = 0.05f, PresencePenalty = 0.1f, Bias = Few, TopLogProbs = 1 } },
        { "mask", new() { Temperature = 1, AllowedBits = [.. Enumerable.Range(0, 10).Select(word => word == 2 ? 0b1101u : 0)] } },
    };

    [Theory]
    [MemberData(nameof(Samplings))]
    public async Task Generate_Drafted_EveryPieceIsAsWithoutDrafts(string name, SamplingRow sampling)
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, 8).Select(i => new GenerationRequest
        {
            Prompt = TinyHost.Prompt(3 + (11 * i), i),
            MaxTokens = 60 + (9 * i),
            IgnoreEndTokens = i % 2 == 0,
            Sampling = sampling with { Seed = (ulong)i },
        })];
        await AssertSame(requests, leastAccepted: 5, name: name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.6f)]
    public async Task Generate_DraftedOnTheProcessor_EveryPieceIsAsWithoutDrafts(float temperature)
    {
        var model = new ModelOptions { Backend = new BackendOptions { Threads = 2 }, KvType = KvType.Q8_0, ChunkTokens = 64 };
        GenerationRequest[] requests = [.. Enumerable.Range(0, 6).Select(i => new GenerationRequest
        {
            Prompt = TinyHost.Prompt(40 + i, i),
            IgnoreEndTokens = true,
            Sampling = new() { Temperature = temperature, Seed = (ulong)i, Bias = Few, TopLogProbs = 2 },
        })];
        await AssertSame(requests, leastAccepted: 50, model: model);
    }

    [Fact]
    public async Task Generate_DraftedWithStopTexts_EndsAtTheSamePlace()
    {
        using var host = TinyHost.Load();
        var requests = new List<GenerationRequest>();
        for (int i = 0; i < 6; i++)
        {
            var request = new GenerationRequest { Prompt = TinyHost.Prompt(20, i), MaxTokens = 120, IgnoreEndTokens = true, Sampling = new() { Temperature = 0.2f, Bias = Few, Seed = (ulong)i } };
            string text = (await host.Run(request)).Text;
            requests.Add(request with { StopSequences = [text.Substring(text.Length - 12 - i, 9)] });
        }

        await AssertSame([.. requests], leastAccepted: 10);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Generate_DraftedUnderAGrammar_EveryPieceIsAsWithoutDrafts(bool close)
    {
        using var host = Scripted(100, new());
        const string Schema = """{"type":"object","properties":{"name":{"type":"string","maxLength":30},"kind":{"enum":["alpha","alpine","beta"]},"items":{"type":"array","maxItems":6,"items":{"type":"object","properties":{"identifier":{"type":"integer","minimum":0,"maximum":99},"ok":{"type":"boolean"}},"required":["identifier","ok"],"additionalProperties":false}}},"required":["name","kind","items"],"additionalProperties":false}""";
        TokenConstraint[] constraints =
        [
            TokenConstraint.Compile(AnyJson.Object, host.Tokenizer),
            TokenConstraint.Compile(JsonSchemaGrammar.Create(System.Text.Json.JsonDocument.Parse(Schema).RootElement), host.Tokenizer),
        ];
        GenerationRequest[] requests = [.. Enumerable.Range(0, 10).Select(i => new GenerationRequest
        {
            Prompt = TinyHost.Prompt(30, i),
            MaxTokens = 150,
            Constraint = constraints[i % 2],
            CloseAtLimit = close,
            Sampling = new() { Temperature = i < 6 ? 0 : 0.5f, Seed = (ulong)i, FrequencyPenalty = i == 3 ? 0.1f : 0 },
        })];
        await AssertSame(host, requests, leastAccepted: 100);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public async Task Generate_DraftedInATinyPoolForSlowReaders_EveryPieceIsAsWithoutDrafts(int pages)
    {
        GenerationRequest[] requests = [.. Enumerable.Range(0, 5).Select(i => new GenerationRequest
        {
            Prompt = TinyHost.Prompt(30 + i, i),
            MaxTokens = 180 - (9 * i),
            IgnoreEndTokens = true,
            Sampling = new() { Temperature = 0.2f, Bias = Few, Seed = (ulong)i, FrequencyPenalty = 0.01f },
        })];
        await AssertSame(requests, leastAccepted: 1, model: TinyHost.Options with { KvMemoryBytes = TinyHost.PoolBytes(pages) }, outputBuffer: pages);
    }

    [Fact]
    public async Task Generate_RowsCostLittle_StepsAreSavedAndCounted()
    {
        (int steps, GenerationEnd end) = await Count(microsecondsPerRow: 100, new());
        Assert.InRange(end.AcceptedTokens, 60, 200);
        Assert.Equal(200, end.AcceptedTokens + steps);
        Assert.True(end.DraftedTokens >= end.AcceptedTokens);
        Assert.True(end.DraftedTokens < 6 * end.AcceptedTokens, $"{end}");
    }

    [Fact]
    public async Task Generate_RowsCostAsMuchAsSteps_IsHardlyDrafted()
    {
        (int _, GenerationEnd end) = await Count(microsecondsPerRow: 10_000, new());
        Assert.InRange(end.DraftedTokens, 1, 15);
    }

    [Fact]
    public async Task Generate_SwitchedOff_IsNotDrafted()
    {
        Assert.Equal(0, (await Count(100, new() { Drafting = false })).End.DraftedTokens);
        Assert.Equal(0, (await Count(100, new(), drafting: false)).End.DraftedTokens);
        Assert.True((await Count(100, new() { Drafting = false }, drafting: true)).End.DraftedTokens > 0);
        Assert.Throws<ConfigurationException>(() => new HostOptions { MaxDraftTokens = 0 });
    }

    [Fact]
    public async Task Generate_LongestDraftIsSet_NoStepHasMoreRows()
    {
        int most = 0;
        using var host = Scripted(100, new() { MaxDraftTokens = 3 }, rows => most = Math.Max(most, rows));
        await host.Run(Repeating());
        Assert.Equal(1 + 3, most);
    }

    private static GenerationRequest Repeating() => new() { Prompt = [5], MaxTokens = 200, IgnoreEndTokens = true, Sampling = new() { Temperature = 0.2f, Bias = Few, Seed = 4 } };

    private static async Task<(int Steps, GenerationEnd End)> Count(int microsecondsPerRow, HostOptions options, bool? drafting = null)
    {
        int steps = 0;
        using var host = Scripted(microsecondsPerRow, options, _ => steps++);
        GenerationEnd end = (await host.Run(Repeating() with { Drafting = drafting })).End;
        return (steps, end);
    }

    private static ModelHost Scripted(int microsecondsPerRow, HostOptions options, Action<int>? step = null, ModelOptions? model = null)
    {
        var time = new ManualTime();
        return TinyHost.Load(model, options with { Time = time }, language => plan =>
        {
            step?.Invoke(plan.Batch.Rows);
            AssertNoSparePages(plan);
            language.Run(plan.Batch);
            time.Advance(TimeSpan.FromMicroseconds(10_000 + ((plan.Batch.Rows - 1) * microsecondsPerRow)));
        });
    }

    /// <summary>A reply has the pages of its rows and no more: what drafts took and did not need was given back.</summary>
    private static void AssertNoSparePages(StepPlan plan)
    {
        for (int i = 0; i < plan.Batch.SequenceCount; i++)
        {
            if (plan.Batch.Counts[i] - plan.Batch.Drafts[i] == 1)
            {
                KvSequence sequence = plan.Batch.Sequences[i];
                Assert.Equal(EngineContext.PagesFor(sequence.Length + plan.Batch.Counts[i]), sequence.Pages.Length);
            }
        }
    }

    private static async Task AssertSame(GenerationRequest[] requests, int leastAccepted, ModelOptions? model = null, int outputBuffer = 64, string name = "")
    {
        using var host = Scripted(100, new() { OutputBuffer = outputBuffer }, model: model);
        await AssertSame(host, requests, leastAccepted, name);
    }

    private static async Task AssertSame(ModelHost host, GenerationRequest[] requests, int leastAccepted, string name = "")
    {
        var crowd = await Task.WhenAll(requests.Select(request => Pieces(host, request)));
        (int drafted, int accepted) = (0, 0);
        for (int i = 0; i < requests.Length; i++)
        {
            var expected = await Pieces(host, requests[i] with { Drafting = false });
            Assert.Equal(0, expected.End.DraftedTokens);
            Assert.Equal(expected.Pieces, crowd[i].Pieces);
            Assert.Equal(expected.End with { CachedTokens = 0 }, crowd[i].End.Plain() with { CachedTokens = 0 });
            var alone = await Pieces(host, requests[i]);
            Assert.Equal(expected.Pieces, alone.Pieces);
            Assert.InRange(alone.End.AcceptedTokens, 0, alone.End.DraftedTokens);
            drafted += alone.End.DraftedTokens + crowd[i].End.DraftedTokens;
            accepted += alone.End.AcceptedTokens + crowd[i].End.AcceptedTokens;
        }

        // Both happened, or the test would show nothing.
        Assert.True(accepted >= leastAccepted && drafted > accepted, $"{name}: {accepted} of {drafted}");
        Assert.Equal(0, await host.LostPages());
    }

    /// <summary>The tokens with all that is reported of them, and the whole text: how the last pieces of that are cut depends on the reader.</summary>
    private static async Task<(string[] Pieces, GenerationEnd End)> Pieces(ModelHost host, GenerationRequest request)
    {
        List<GenerationUpdate> updates = await host.GenerateAsync(request).ToListAsync();
        var tokens = updates.Where(update => update.Token is not null).Select(update => update.Token!.Value);
        return ([.. tokens.Select(token => $"{token.Token} {Bits(token.LogProb)} {string.Join(' ', (token.Top ?? []).Select(other => $"{other.Token} {Bits(other.LogProb)}"))}"),
            string.Concat(updates.Select(update => update.Text))], updates[^1].End!);
    }

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
}
