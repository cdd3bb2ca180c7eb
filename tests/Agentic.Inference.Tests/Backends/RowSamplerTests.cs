using Agentic.Inference.Backends;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

public sealed class RowSamplerTests
{
    private const int Vocabulary = 1000;

    [Fact]
    public void Sample_Greedy_TakesTheLowestOfEqualIds()
    {
        float[] logits = new float[Vocabulary];
        logits[700] = logits[300] = 5;
        Assert.Equal(300, RowSampler.Sample(logits, new SamplingRow()).Token);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Sample_NotFinite_SaysSo(float bad)
    {
        float[] logits = new float[Vocabulary];
        logits[999] = bad;
        Assert.Equal(-1, RowSampler.Sample(logits, new SamplingRow()).Token);
        Assert.Equal(-1, RowSampler.Sample(logits, new SamplingRow { Temperature = 1 }).Token);
        Array.Fill(logits, float.NegativeInfinity);
        Assert.Equal(-1, RowSampler.Sample(logits, new SamplingRow()).Token);
    }

    [Fact]
    public void Sample_SameSeedAndCounter_SameToken()
    {
        float[] logits = Random(1);
        foreach (ulong counter in (ulong[])[0, 1, 2, 77])
        {
            var row = new SamplingRow { Temperature = 1, Seed = 9, Counter = counter };
            Assert.Equal(RowSampler.Sample(logits, row), RowSampler.Sample(logits, row));
        }

        Assert.True(Draws(logits, new SamplingRow { Temperature = 1, Seed = 9 }, 50).Distinct().Count() > 10);
        Assert.NotEqual(
            Draws(logits, new SamplingRow { Temperature = 1, Seed = 9 }, 20),
            Draws(logits, new SamplingRow { Temperature = 1, Seed = 10 }, 20));
    }

    [Theory]
    [InlineData(1.0f)]
    [InlineData(0.5f)]
    [InlineData(2.0f)]
    public void Sample_Temperature_FrequenciesFollowTheSoftmax(float temperature)
    {
        float[] logits = [2, 1, 0, -1, float.NegativeInfinity];
        double[] weights = [.. logits.Select(logit => Math.Exp(logit / temperature))];
        const int Count = 20000;
        int[] draws = Draws(logits, new SamplingRow { Temperature = temperature, Seed = 3 }, Count);
        for (int i = 0; i < logits.Length; i++)
        {
            double p = weights[i] / weights.Sum();
            double deviation = Math.Sqrt(p * (1 - p) / Count);
            Assert.InRange(draws.Count(token => token == i) / (double)Count, p - 5 * deviation, p + 5 * deviation);
        }
    }

    [Fact]
    public void Sample_TopK_OnlyTheKMostLikely()
    {
        float[] logits = Random(2);
        int[] best = Ranked(logits)[..5];
        int[] draws = Draws(logits, new SamplingRow { Temperature = 3, TopK = 5, Seed = 1 }, 500);
        Assert.Equal(best.Order(), draws.Distinct().Order());
    }

    [Theory]
    [InlineData(0.5f, 3)]
    [InlineData(0.9f, 1)]
    [InlineData(0.97f, 0.3f)]
    public void Sample_TopP_ExactlyTheNucleus(float topP, float spread)
    {
        // With a small spread the nucleus has hundreds of tokens: more than are tried first.
        float[] logits = [.. Random(3).Select(logit => logit * spread)];
        int[] ranked = Ranked(logits);
        double all = logits.Sum(logit => Math.Exp(logit));
        double sum = 0;
        int[] nucleus = [.. ranked.TakeWhile(id =>
        {
            bool before = sum < topP * all;
            sum += Math.Exp(logits[id]);
            return before;
        })];
        var seen = Draws(logits, new SamplingRow { Temperature = 1, TopP = topP, Seed = 5 }, 20000).ToHashSet();
        Assert.Subset(nucleus.ToHashSet(), seen);
        Assert.True(seen.Count > nucleus.Length * 0.8, $"{seen.Count} of {nucleus.Length} seen");
    }

    [Fact]
    public void Sample_MinP_DropsBelowTheShare()
    {
        float[] logits = [0, MathF.Log(0.5f), MathF.Log(0.2f), MathF.Log(0.05f)];
        int[] draws = Draws(logits, new SamplingRow { Temperature = 1, MinP = 0.1f, Seed = 1 }, 2000);
        Assert.Equal([0, 1, 2], draws.Distinct().Order());
    }

    [Fact]
    public void Sample_Mask_OnlyAllowedTokens()
    {
        float[] logits = Random(4);
        uint[] bits = new uint[(Vocabulary + 31) / 32];
        foreach (int id in (int[])[31, 32, 999])
        {
            bits[id / 32] |= 1u << (id % 32);
        }

        int[] draws = Draws(logits, new SamplingRow { Temperature = 5, AllowedBits = bits, Seed = 1 }, 500);
        Assert.Equal([31, 32, 999], draws.Distinct().Order());
        Assert.Contains(RowSampler.Sample(logits, new SamplingRow { AllowedBits = bits }).Token, (int[])[31, 32, 999]);
    }

    [Theory]
    [InlineData(49_152, 1)]
    [InlineData(49_152, 2)]
    [InlineData(49_155, 30)]
    [InlineData(1_001, 40)]
    [InlineData(31, 3)]
    [InlineData(64, 1_000)]
    public void Sample_AnyMask_IsSamplingWithAllOthersImpossible(int vocabulary, int oneIn)
    {
        var random = new Random(oneIn);
        float[] logits = Random(vocabulary, vocabulary);
        for (int round = 0; round < 12; round++)
        {
            // Longer than the row by bits that mean nothing, or shorter: tokens beyond the mask are not allowed.
            uint[] bits = new uint[Math.Max(1, (vocabulary + 31) / 32 + random.Next(-1, 3))];
            float[] masked = [.. Enumerable.Repeat(float.NegativeInfinity, vocabulary)];
            for (int id = 0; id < bits.Length * 32; id++)
            {
                if (random.Next(oneIn) == 0 || id == 7)
                {
                    bits[id / 32] |= 1u << (id % 32);
                    if (id < vocabulary) masked[id] = logits[id];
                }
            }

            foreach (SamplingRow row in (SamplingRow[])[new(), new() { Temperature = 1 }, new() { Temperature = 2, TopK = 3 }, new() { Temperature = 0.7f, TopP = 0.8f }, new() { Temperature = 1, MinP = 0.3f }])
            {
                SamplingRow draw = row with { Seed = (ulong)round };
                SampledToken token = RowSampler.Sample(logits, draw with { AllowedBits = bits });
                Assert.Equal(RowSampler.Sample(masked, draw).Token, token.Token);
                Assert.Equal(RowSampler.LogProb(logits, token.Token), token.LogProb);
                Assert.Equal(token.Token, RowSampler.Sample(logits, draw with { AllowedBits = bits, History = new Dictionary<int, int>() }).Token);
            }
        }
    }

    [Fact]
    public void Sample_NothingPossibleAllowed_SaysSo()
    {
        float[] logits = Random(5);
        logits[3] = float.NegativeInfinity;
        uint[] bits = new uint[(Vocabulary + 31) / 32];
        bits[0] = 1u << 3;
        Assert.Equal(-1, RowSampler.Sample(logits, new SamplingRow { AllowedBits = bits }).Token);
        Assert.Equal(-1, RowSampler.Sample(logits, new SamplingRow { AllowedBits = bits, Temperature = 1 }).Token);
    }

    [Fact]
    public void Sample_BiasAndPenalties_ChangeTheChoiceNotTheLogProb()
    {
        float[] logits = [3, 2.5f, -1, -1.2f];
        var history = new Dictionary<int, int> { [0] = 2 };
        float logProb = RowSampler.LogProb(logits, 1);
        foreach (SamplingRow row in (SamplingRow[])[
            new() { History = history, RepetitionPenalty = 1.3f },
            new() { History = history, FrequencyPenalty = 0.3f },
            new() { History = history, PresencePenalty = 0.6f },
            new() { Bias = new Dictionary<int, float> { [0] = -1 } }])
        {
            Assert.Equal((1, logProb), (RowSampler.Sample(logits, row).Token, RowSampler.Sample(logits, row).LogProb));
        }

        // A negative logit is penalised by growing, not by shrinking.
        float[] negative = [-1, -1.2f];
        Assert.Equal(1, RowSampler.Sample(negative, new SamplingRow { History = history, RepetitionPenalty = 1.3f }).Token);
    }

    [Fact]
    public void Sample_TopLogProbs_AreTheRawOnesInOrder()
    {
        float[] logits = Random(6);
        SampledToken result = RowSampler.Sample(logits, new SamplingRow { TopLogProbs = 4, Bias = new Dictionary<int, float> { [0] = 100 } });
        Assert.Equal(0, result.Token);
        Assert.Equal(Ranked(logits)[..4], result.Top!.Select(entry => entry.Token));
        double norm = Math.Log(logits.Sum(logit => Math.Exp(logit)));
        foreach ((int token, float logProb) in result.Top!)
        {
            Assert.Equal(logits[token] - norm, logProb, 1e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(513)]
    [InlineData(49152)]
    public void LogProb_AnyLength_AgreesWithDouble(int length)
    {
        float[] logits = Random(length, length);
        double norm = Math.Log(logits.Sum(logit => Math.Exp(logit)));
        Assert.Equal(logits[length / 2] - norm, RowSampler.LogProb(logits, length / 2), 2e-6 * Math.Max(1, norm));
    }

    private static int[] Draws(float[] logits, SamplingRow row, int count) =>
        [.. Enumerable.Range(0, count).Select(i => RowSampler.Sample(logits, row with { Counter = (ulong)i }).Token)];

    private static int[] Ranked(float[] logits) => [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => logits[i]).ThenBy(i => i)];

    private static float[] Random(int seed, int length = Vocabulary)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 4)];
    }
}
