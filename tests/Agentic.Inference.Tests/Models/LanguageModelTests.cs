using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Scalar;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Models;

public sealed class LanguageModelTests
{
    [Theory]
    [InlineData("mamba")]
    [InlineData("lfm2")]
    public void Load_OtherArchitecture_RefusedByName(string architecture)
    {
        var error = Assert.Throws<ModelNotSupportedException>(() => LanguageModel.Load(TinyGolden.File(architecture)));
        Assert.Contains(architecture, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WindowBeyondTraining_Refused()
    {
        var error = Assert.Throws<ConfigurationException>(() => LanguageModel.Load(TinyGolden.File("llama"), new ModelOptions { Window = 257 }));
        Assert.Contains("256", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LittleCacheMemory_WindowShrinksToThePool()
    {
        using LanguageModel model = Load("llama", kvBytes: 2 * PageBytes("llama"));
        Assert.Equal(128, model.Window);
        Assert.Equal(2, model.Cache.TotalPages);
    }

    [Fact]
    public void WeightsId_SameFileElsewhere_IsEqualAndOtherFileIsNot()
    {
        string copy = Path.GetTempFileName();
        try
        {
            File.Copy(TinyGolden.File("llama"), copy, overwrite: true);
            using LanguageModel original = Load("llama");
            using LanguageModel moved = ModelRuns.Load(copy, new ScalarBackend());
            using LanguageModel other = Load("llama-linear");
            Assert.Equal(original.WeightsId, moved.WeightsId);
            Assert.NotEqual(original.WeightsId, other.WeightsId);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    [Fact]
    public void Dispose_Always_ReturnsEveryByte()
    {
        var backend = new ScalarBackend();
        LanguageModel model = ModelRuns.Load(TinyGolden.File("qwen2-q4_1"), backend);
        Assert.True(model.ResidentBytes > new FileInfo(TinyGolden.File("qwen2-q4_1")).Length / 2);
        model.Dispose();
        Assert.Equal(0, backend.ResidentBytes);
    }

    [Fact]
    public void Run_BeyondTheWindow_RefusedWithNumbersAndNothingChanged()
    {
        using LanguageModel model = Load("llama", kvBytes: PageBytes("llama"));
        using KvSequence sequence = model.Cache.Create();
        ModelRuns.Logits(model, sequence, new int[60], 60);
        var batch = new StepBatch();
        batch.Add(sequence, new int[5]);
        var error = Assert.Throws<BudgetException>(() => model.Run(batch));
        Assert.Equal((65, 64), (error.Needed, error.Limit));
        Assert.Equal(60, sequence.Length);
    }

    [Fact]
    public void Run_PoolFull_RefusedWithNumbersThenServedAfterPagesAreFreed()
    {
        using LanguageModel model = Load("llama", kvBytes: 3 * PageBytes("llama"));
        KvSequence other = model.Cache.Create();
        using KvSequence sequence = model.Cache.Create();
        ModelRuns.Logits(model, other, new int[128], 64);
        int[] ids = [.. Enumerable.Range(0, 100)];
        var batch = new StepBatch();
        int slot = batch.ReadLogits(batch.Add(sequence, ids) + 99);
        var error = Assert.Throws<KvCacheFullException>(() => model.Run(batch));
        Assert.Equal((2, 1, 3), (error.NeededPages, error.FreePages, error.TotalPages));
        Assert.Equal((0, 0), (sequence.Length, sequence.Pages.Length));

        other.Dispose();
        model.Run(batch);
        using LanguageModel fresh = Load("llama");
        using KvSequence alone = fresh.Cache.Create();
        Assert.Equal(ModelRuns.Logits(fresh, alone, ids, 100, 99)[0], batch.Logits(slot).ToArray());
    }

    [Fact]
    public void Run_ManyRequestsOfAllKinds_AgreeWithTheLogits()
    {
        // More scored rows than a group of logits holds, several targets a row, draws and raw rows among them.
        using LanguageModel model = Load("qwen2");
        using KvSequence sequence = model.Cache.Create();
        int[] ids = [.. Enumerable.Range(0, 150).Select(i => i * 7 % 320)];
        var batch = new StepBatch();
        batch.Add(sequence, ids);
        var scores = new List<(int Slot, int Row, int Target)>();
        for (int row = 0; row < 150; row++)
        {
            for (int n = 0; n <= row % 3; n++)
            {
                int target = (row * 13 + n * 101) % 320;
                scores.Add((batch.Score(row, target), row, target));
            }
        }

        int[] draws = [.. Enumerable.Range(0, 70).Select(i => batch.Sample(149 - i, new SamplingRow()))];
        int[] raw = [.. Enumerable.Range(0, 150).Select(batch.ReadLogits)];
        model.Run(batch);

        foreach ((int slot, int row, int target) in scores)
        {
            float[] logits = batch.Logits(raw[row]).ToArray();
            double sum = logits.Sum(logit => Math.Exp(logit));
            Assert.Equal(logits[target] - Math.Log(sum), batch.LogProb(slot), 1e-4);
        }

        for (int i = 0; i < draws.Length; i++)
        {
            float[] logits = batch.Logits(raw[149 - i]).ToArray();
            Assert.Equal(Array.IndexOf(logits, logits.Max()), batch.Token(draws[i]).Token);
        }
    }

    [Fact]
    public void Run_UnknownToken_RefusedByNumber()
    {
        using LanguageModel model = Load("llama");
        using KvSequence sequence = model.Cache.Create();
        var batch = new StepBatch();
        batch.Add(sequence, [320]);
        Assert.Contains("320", Assert.Throws<ArgumentException>(() => model.Run(batch)).Message, StringComparison.Ordinal);
    }

    private static LanguageModel Load(string name, long? kvBytes = null) => ModelRuns.Load(TinyGolden.File(name), new ScalarBackend(), kvBytes: kvBytes);

    private static long PageBytes(string name)
    {
        using LanguageModel model = Load(name);
        return model.Cache.Format.PageBytes;
    }
}
