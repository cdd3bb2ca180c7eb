using System.Text.Json;
using Agentic.Inference.Backends;
using Agentic.Inference.Backends.Cpu;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Xunit;

namespace Agentic.Inference.Tests.Models;

/// <summary>Final states read back, for pooled embeddings.</summary>
public sealed class StateSumTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("gemma3")]
    [InlineData("phi2")]
    public void SumStates_LastRow_IsTheReferencesFinalState(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Golden("tiny", name + ".json")));
        float[] expected = json.RootElement.GetProperty("debug_hidden").GetProperty("values").EnumerateArray().Last().Deserialize<float[]>()!;
        using LanguageModel model = Load(name);
        using KvSequence sequence = model.Cache.Create();
        var batch = new StepBatch();
        int[] ids = TinyGolden.Read(name).Prompts[1].Ids;
        int slot = batch.SumStates(batch.Add(sequence, ids) + ids.Length - 1);
        model.Run(batch);
        Assert.Equal(model.Config.EmbeddingLength, batch.StateSum(slot).Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], batch.StateSum(slot)[i], 1e-3);
        }
    }

    [Fact]
    public void SumStates_ChunksAndCompany_AddUpToTheSumOfSingleStates()
    {
        using LanguageModel model = Load("qwen3");
        using KvSequence whole = model.Cache.Create();
        using KvSequence cut = model.Cache.Create();
        int[] ids = [.. Enumerable.Range(0, 40).Select(i => i * 7 % 320)];
        var batch = new StepBatch();
        int first = batch.Add(whole, ids);
        int[] singles = [.. Enumerable.Range(5, 30).Select(row => batch.SumStates(first + row))];
        int token = batch.Sample(first + 39, new SamplingRow());
        model.Run(batch);
        double[] expected = [.. Enumerable.Range(0, model.Config.EmbeddingLength).Select(i => singles.Sum(slot => batch.StateSum(slot)[i]))];
        int drawn = batch.Token(token).Token;

        double[] sum = new double[expected.Length];
        (int Begin, int End, int From, int Count)[] chunks = [(0, 16, 5, 11), (16, 30, 0, 14), (30, 40, 0, 5)];
        foreach ((int begin, int end, int from, int count) in chunks)
        {
            batch.Clear();
            int row = batch.Add(cut, ids.AsSpan(begin..end));
            int slot = batch.SumStates(row + from, count);
            token = batch.Sample(row + end - begin - 1, new SamplingRow());
            model.Run(batch);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += batch.StateSum(slot)[i];
            }
        }

        Assert.Equal(drawn, batch.Token(token).Token);
        for (int i = 0; i < sum.Length; i++)
        {
            Assert.Equal(expected[i], sum[i], 1e-9);
        }
    }

    [Fact]
    public void SumStates_RowsThatDoNotExist_Refused()
    {
        using LanguageModel model = Load("llama");
        using KvSequence sequence = model.Cache.Create();
        var batch = new StepBatch();
        batch.Add(sequence, [1, 2, 3]);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.SumStates(1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.SumStates(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.StateSum(1));
    }

    private static LanguageModel Load(string name) => ModelRuns.Load(TinyGolden.File(name), new SimdBackend(1, ActivationMode.Float32));
}
