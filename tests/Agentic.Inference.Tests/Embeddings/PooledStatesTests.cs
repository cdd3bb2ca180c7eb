using Agentic.Inference.Embeddings;
using Agentic.Inference.Hosting;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models;
using Agentic.Inference.Tests.Hosting;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Embeddings;

public sealed class PooledStatesTests
{
    private static readonly string[] s_texts = [.. Enumerable.Range(0, 9).Select(i => string.Concat(Enumerable.Repeat($"text {i}, ", 1 + i * 3)))];

    [Theory]
    [InlineData(null, true)]
    [InlineData(Pooling.Mean, false)]
    [InlineData(Pooling.Last, true)]
    public async Task Embed_ManyTexts_PoolsTheFinalStatesOfEach(Pooling? pooling, bool normalize)
    {
        using ModelHost host = TinyHost.Load();
        EmbeddingBatch batch = await new PooledStates(host, new EmbeddingOptions { Pooling = pooling, Normalize = normalize }).EmbedAsync(s_texts);

        using LanguageModel model = LanguageModel.Load(TinyHost.Path, TinyHost.Options);
        for (int i = 0; i < s_texts.Length; i++)
        {
            int[] ids = model.Tokenizer.EncodeSequence(s_texts[i]);
            double[][] states = States(model, ids);
            double[] expected = pooling == Pooling.Last ? states[^1] : [.. Enumerable.Range(0, 64).Select(d => states.Average(state => state[d]))];
            double length = normalize ? Math.Sqrt(expected.Sum(x => x * x)) : 1;
            Assert.Equal(ids.Length, batch.Tokens[i]);
            for (int d = 0; d < expected.Length; d++)
            {
                Assert.Equal(expected[d] / length, batch.Vectors[i][d], 1e-4);
            }
        }

        Assert.Equal(0, await host.LostPages());
    }

    [Fact]
    public async Task Embed_LongText_IsRefusedOrCutAsAsked()
    {
        using ModelHost host = TinyHost.Load();
        string text = string.Concat(Enumerable.Repeat("word ", 200));
        var refused = await Assert.ThrowsAsync<BudgetException>(() => new PooledStates(host).EmbedAsync(["a", text]));
        Assert.Equal(256, refused.Limit);
        EmbeddingBatch cut = await new PooledStates(host, new EmbeddingOptions { LongText = LongText.Truncate, MaxTokens = 100 }).EmbedAsync(["a", text]);
        Assert.Equal([false, true], cut.Truncated);
        Assert.Equal(100, cut.Tokens[1]);
        Assert.Throws<ConfigurationException>(() => new PooledStates(host, new EmbeddingOptions { Pooling = Pooling.First }));
        Assert.Throws<ConfigurationException>(() => new PooledStates(host, new EmbeddingOptions { LongText = LongText.Split }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new PooledStates(host).EmbedAsync(["a"], new CancellationToken(true)));
    }

    [Fact]
    public async Task GetService_OfAChatClient_GivesAGenerator()
    {
        using ModelHost host = TinyHost.Load();
        using var client = new LocalChatClient(host);
        var generator = client.GetService<IEmbeddingGenerator<string, Embedding<float>>>()!;
        GeneratedEmbeddings<Embedding<float>> made = await generator.GenerateAsync(s_texts);
        Assert.Equal((9, 64), (made.Count, made[0].Vector.Length));
        Assert.Equal(("llama", 64), (generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelId, generator.GetService<EmbeddingGeneratorMetadata>()!.DefaultModelDimensions));
        Assert.NotNull(generator.GetService<PooledStates>());
        Assert.Null(generator.GetService<EmbeddingModel>());
        await Assert.ThrowsAsync<ConfigurationException>(() => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 3 }));
    }

    [Fact]
    public async Task Generate_GenerativeFile_IsLoadedForItsStates()
    {
        using var generator = new LocalEmbeddingGenerator(TinyHost.Path, new EmbeddingOptions { MaxTokens = 64 });
        Assert.Equal(64, (await generator.GenerateAsync(["a text"]))[0].Vector.Length);
        await Assert.ThrowsAsync<BudgetException>(() => generator.GenerateAsync([string.Concat(Enumerable.Repeat("word ", 65))]));
    }

    private static double[][] States(LanguageModel model, int[] ids)
    {
        using KvSequence sequence = model.Cache.Create();
        var states = new double[ids.Length][];
        var batch = new StepBatch();
        for (int i = 0; i < ids.Length; i++)
        {
            batch.Clear();
            int slot = batch.SumStates(batch.Add(sequence, [ids[i]]));
            model.Run(batch);
            states[i] = batch.StateSum(slot).ToArray();
        }

        return states;
    }
}
