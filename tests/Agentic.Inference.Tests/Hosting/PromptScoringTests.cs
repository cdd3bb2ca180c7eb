using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

public sealed class PromptScoringTests
{
    [Fact]
    public async Task ScorePrompts_TextsWithACommonBeginning_AsTheLogitsSay()
    {
        using var host = TinyHost.Load();
        int[] common = TinyHost.Prompt(70, 1);
        int[][] prompts = [[.. common, 1, 2, 3], [.. common, 7], [5], TinyHost.Prompt(256, 3)];
        int[] from = [0, 70, 0, 255];

        IReadOnlyList<PromptScore> scores = await host.ScorePromptsAsync(prompts, from);

        for (int i = 0; i < prompts.Length; i++)
        {
            (double[] logProbs, double[] entropies) = Expected(prompts[i]);
            Assert.Equal(from[i], scores[i].From);
            Assert.Equal(prompts[i].Length - from[i], scores[i].Entropies.Count);
            AssertClose(logProbs[from[i]..], scores[i].LogProbabilities);
            AssertClose(entropies[from[i]..], scores[i].Entropies);
            Assert.Equal(prompts[i].Length, scores[i].PromptTokens);
        }

        Assert.Equal(new[] { 0, 70 }, scores.Take(2).Select(score => score.CachedTokens));
        Assert.Equal(scores[0].Entropies[^1], scores[0].NextEntropy);
        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task ScorePrompts_WhatCannotBe_IsRefused()
    {
        using var host = TinyHost.Load();
        Assert.Empty(await host.ScorePromptsAsync([]));
        await Assert.ThrowsAsync<BudgetException>(() => host.ScorePromptsAsync([TinyHost.Prompt(257, 1)]));
        await Assert.ThrowsAsync<ArgumentException>(() => host.ScorePromptsAsync([[]]));
        await Assert.ThrowsAsync<ArgumentException>(() => host.ScorePromptsAsync([[1, 2]], [2]));
        await Assert.ThrowsAsync<ArgumentException>(() => host.ScorePromptsAsync([[1, 2]], [0, 0]));
        await Assert.ThrowsAsync<ArgumentException>(() => host.ScorePromptsAsync([[99999]]));
    }

    /// <summary>From all logits, in double.</summary>
    private static (double[] LogProbs, double[] Entropies) Expected(int[] prompt)
    {
        using LanguageModel model = LanguageModel.Load(TinyHost.Path, TinyHost.Options);
        using KvSequence sequence = model.Cache.Create();
        var logProbs = new double[prompt.Length];
        var entropies = new double[prompt.Length];
        logProbs[0] = double.NaN;
        var batch = new StepBatch();
        for (int i = 0; i < prompt.Length; i++)
        {
            batch.Clear();
            int slot = batch.ReadLogits(batch.Add(sequence, [prompt[i]]));
            model.Run(batch);
            float[] logits = batch.Logits(slot).ToArray();
            double logSumExp = Math.Log(logits.Sum(logit => Math.Exp(logit)));
            entropies[i] = logits.Sum(logit => Math.Exp(logit - logSumExp) * (logSumExp - logit));
            if (i + 1 < prompt.Length)
            {
                logProbs[i + 1] = logits[prompt[i + 1]] - logSumExp;
            }
        }

        return (logProbs, entropies);
    }

    private static void AssertClose(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(double.IsNaN(expected[i]) ? double.IsNaN(actual[i]) : Math.Abs(expected[i] - actual[i]) < 1e-4, $"{i}: {expected[i]} and {actual[i]}");
        }
    }
}
