using System.Text.Json;
using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Xunit;
using Xunit.Abstractions;

namespace Agentic.Inference.Tests.Models;

/// <summary>The embedded model against torch, on the fastest backend; subclasses say how exact it computes and what difference is fair.</summary>
public abstract class EmbeddedModelTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly LanguageModel _model;

    protected EmbeddedModelTests(ITestOutputHelper output, ActivationMode activations, KvType kv)
    {
        _output = output;
        var options = new ModelOptions { KvType = kv, Backend = new BackendOptions { ActivationMode = activations } };
        _model = LanguageModel.Load(EmbeddedGoldens.ModelFile, options);
    }

    /// <summary>Fair difference of a log-probability among the 20 most likely tokens.</summary>
    protected abstract double TopTolerance { get; }

    /// <summary>Fair difference of any other log-probability.</summary>
    protected abstract double AnyTolerance { get; }

    /// <summary>Greedy may turn off where the reference's margin is below this.</summary>
    protected abstract double GreedyMargin { get; }

    /// <summary>Fair difference of a mean over 16,000 tokens, in nats.</summary>
    protected abstract double PerplexityTolerance { get; }

    /// <summary>Fair difference of the mean over the 2,000 tokens of the default suite.</summary>
    protected abstract double WindowTolerance { get; }

    /// <summary>Longest prompt that is worth its time in the default suite.</summary>
    protected abstract int LongestPrompt { get; }

    public void Dispose()
    {
        _model.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Logits_AtRecordedPositions_AgreeWithReference()
    {
        (List<JsonElement> rows, _) = EmbeddedGoldens.Lines("logits.jsonl", _output);
        int positions = 0;
        int agreements = 0;
        double worstTop = 0;
        double worstAny = 0;
        double worstDivergence = 0;
        foreach (JsonElement row in rows.Where(row => InSuite(row.GetProperty("ids").GetArrayLength())))
        {
            JsonElement[] wanted = [.. row.GetProperty("positions").EnumerateArray()];
            using KvSequence sequence = _model.Cache.Create();
            float[][] found = ModelRuns.Logits(_model, sequence, EmbeddedGoldens.Ints(row, "ids"), _model.ChunkTokens, [.. wanted.Select(p => p.GetProperty("pos").GetInt32())]);
            int[] fixedIds = EmbeddedGoldens.Ints(row, "fixed_ids");
            for (int i = 0; i < wanted.Length; i++)
            {
                double norm = LogSumExp(found[i]);
                JsonElement[] top = [.. wanted[i].GetProperty("top").EnumerateArray()];
                double divergence = 0;
                foreach (JsonElement entry in top)
                {
                    double expected = entry[2].GetDouble();
                    double difference = expected - (found[i][entry[0].GetInt32()] - norm);
                    worstTop = Math.Max(worstTop, Math.Abs(difference));
                    divergence += Math.Exp(expected) * difference;
                }

                double reference = wanted[i].GetProperty("lse").GetDouble();
                float[] others = wanted[i].GetProperty("fixed").Deserialize<float[]>()!;
                for (int k = 0; k < others.Length; k++)
                {
                    worstAny = Math.Max(worstAny, Math.Abs(others[k] - reference - (found[i][fixedIds[k]] - norm)));
                }

                worstDivergence = Math.Max(worstDivergence, divergence);
                positions++;
                agreements += Array.IndexOf(found[i], found[i].Max()) == top[0][0].GetInt32() ? 1 : 0;
            }
        }

        _output.WriteLine($"{_model.Backend.Name}: top-1 {agreements} of {positions}, top-20 off by {worstTop:g3}, others by {worstAny:g3}, KL over the top 20 up to {worstDivergence:g3}");
        Assert.True(positions >= 28);
        Assert.True(agreements >= positions - 3, $"top-1 agrees at {agreements} of {positions} positions");
        Assert.True(worstTop <= TopTolerance, $"off by {worstTop}, allowed {TopTolerance}");
        Assert.True(worstAny <= AnyTolerance, $"off by {worstAny}, allowed {AnyTolerance}");
        Assert.True(worstDivergence <= 0.08, $"KL {worstDivergence}");
    }

    [Fact]
    public void Score_Candidates_AgreeWithReference()
    {
        (List<JsonElement> rows, _) = EmbeddedGoldens.Lines("score.jsonl", _output);
        double worst = 0;
        foreach (JsonElement row in rows.Where(row => InSuite(row.GetProperty("context").GetArrayLength())))
        {
            JsonElement[] candidates = [.. row.GetProperty("candidates").EnumerateArray()];
            float[][] found = Score(EmbeddedGoldens.Ints(row, "context"), [.. candidates.Select(candidate => EmbeddedGoldens.Ints(candidate, "ids"))]);
            for (int i = 0; i < candidates.Length; i++)
            {
                float[] expected = candidates[i].GetProperty("token_logprobs").Deserialize<float[]>()!;
                worst = Math.Max(worst, found[i].Zip(expected, (a, b) => Math.Abs(a - b)).Max());
            }

            Assert.Equal(row.GetProperty("best").GetInt32(), Enumerable.Range(0, found.Length).MaxBy(i => found[i].Sum()));
        }

        _output.WriteLine($"{_model.Backend.Name}: candidate tokens off by {worst:g3}");
        Assert.True(worst <= TopTolerance, $"off by {worst}, allowed {TopTolerance}");
        Assert.Equal(0, _model.Cache.UsedPages);
    }

    [Fact]
    public void Greedy_UntilANearTie_EqualsReference()
    {
        (List<JsonElement> rows, _) = EmbeddedGoldens.Lines("greedy.jsonl", _output);
        foreach (JsonElement row in rows.Where(row => InSuite(row.GetProperty("prompt").GetArrayLength() + 96)))
        {
            int[] prompt = EmbeddedGoldens.Ints(row, "prompt");
            int[] expected = EmbeddedGoldens.Ints(row, "tokens");
            float[] margins = row.GetProperty("margin").Deserialize<float[]>()!;
            using KvSequence sequence = _model.Cache.Create();
            if (prompt.Length > 1)
            {
                ModelRuns.Logits(_model, sequence, prompt.AsSpan(0, prompt.Length - 1), _model.ChunkTokens);
            }

            int[] found = ModelRuns.Greedy(_model, sequence, prompt[^1], expected.Length);
            int same = found.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
            string name = row.GetProperty("name").GetString()!;
            if (same == expected.Length)
            {
                _output.WriteLine($"{name}: all {same} equal");
                continue;
            }

            _output.WriteLine($"{name}: turns off at {same}, where the margin is {margins[same]:g3}");
            Assert.True(margins[same] < GreedyMargin, $"{name}: differs at {same}, where the margin is {margins[same]}");
        }
    }

    [Fact]
    public void Perplexity_FirstWindows_AgreesWithReference()
    {
        if (EmbeddedGoldens.PerplexityIds(_output) is not { } ids)
        {
            return;
        }

        int windows = LongTests ? 32 : LongestPrompt / 512;
        double expected = EmbeddedGoldens.Perplexity(512).Windows[..windows].Average();
        double found = Perplexity.Compute(_model, ids.AsSpan(0, windows * 512), 512).Nll;
        _output.WriteLine($"{windows} windows of 512: {found:f6}, reference {expected:f6}");
        Assert.Equal(expected, found, WindowTolerance);
    }

    [LongTheory]
    [InlineData(512)]
    [InlineData(2048)]
    [InlineData(8192)]
    public void Perplexity_WholeText_AgreesWithReference(int window)
    {
        if (EmbeddedGoldens.PerplexityIds(_output) is not { } ids)
        {
            return;
        }

        (double expected, _) = EmbeddedGoldens.Perplexity(window);
        double found = Perplexity.Compute(_model, ids, window).Nll;
        _output.WriteLine($"{_model.Backend.Name}, window {window}: {found:f6}, reference {expected:f6}, difference {found - expected:f6}");
        Assert.Equal(expected, found, PerplexityTolerance);
    }

    private static bool LongTests => LongTheoryAttribute.Wanted;

    private bool InSuite(int tokens) => LongTests || tokens <= LongestPrompt;

    /// <summary>Log-probability of each candidate's tokens after a context: the context once, the candidates as forks in common steps.</summary>
    private float[][] Score(int[] context, int[][] candidates)
    {
        using KvSequence trunk = _model.Cache.Create();
        var batch = new StepBatch();
        for (int at = 0; at < context.Length; at += _model.ChunkTokens)
        {
            batch.Clear();
            batch.Add(trunk, context.AsSpan(at, Math.Min(_model.ChunkTokens, context.Length - at)));
            if (at + _model.ChunkTokens >= context.Length)
            {
                foreach (int[] candidate in candidates)
                {
                    batch.Score(batch.Rows - 1, candidate[0]);
                }
            }

            _model.Run(batch);
        }

        float[][] scores = [.. candidates.Select((candidate, i) => new float[candidate.Length])];
        for (int i = 0; i < candidates.Length; i++)
        {
            scores[i][0] = batch.LogProb(i);
        }

        batch.Clear();
        var forks = new List<KvSequence>();
        var slots = new List<(int Candidate, int Token, int Slot)>();
        for (int i = 0; i < candidates.Length; i++)
        {
            if (candidates[i].Length > 1)
            {
                forks.Add(trunk.Fork());
                int row = batch.Add(forks[^1], candidates[i].AsSpan(0, candidates[i].Length - 1));
                for (int t = 1; t < candidates[i].Length; t++)
                {
                    slots.Add((i, t, batch.Score(row + t - 1, candidates[i][t])));
                }
            }
        }

        if (forks.Count > 0)
        {
            _model.Run(batch);
            slots.ForEach(entry => scores[entry.Candidate][entry.Token] = batch.LogProb(entry.Slot));
            forks.ForEach(fork => fork.Dispose());
        }

        return scores;
    }

    private static double LogSumExp(float[] logits)
    {
        double largest = logits.Max();
        return largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest)));
    }
}
