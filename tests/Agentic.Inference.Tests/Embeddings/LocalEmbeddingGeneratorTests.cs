using Agentic.Inference.Embeddings;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Embeddings;

public sealed class LocalEmbeddingGeneratorTests
{
    private static readonly string Model = RepositoryFiles.Model("all-MiniLM-L6-v2.Q8_0.gguf");

    [Fact]
    public async Task Generate_ConcurrentCalls_EachAsAlone()
    {
        using var generator = new LocalEmbeddingGenerator(Model);
        string[] texts = ["a cat", "a dog", "", "the annual report of a bank"];
        GeneratedEmbeddings<Embedding<float>>[] all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => generator.GenerateAsync(texts)));
        Assert.All(all, result => Assert.Equal(all[0].Select(e => e.Vector.ToArray()), result.Select(e => e.Vector.ToArray())));
        Assert.All(all[0], embedding => Assert.Equal(1, embedding.Vector.ToArray().Sum(x => (double)x * x), 5));
        Assert.Equal(4 + 4 + 2 + 8, all[0].Usage!.InputTokenCount);
        Assert.Empty(await generator.GenerateAsync([]));
    }

    [Fact]
    public async Task GetService_WhatIsKnown_IsAnswered()
    {
        using var generator = new LocalEmbeddingGenerator(Model);
        var metadata = generator.GetService<EmbeddingGeneratorMetadata>();
        Assert.Equal(("agentic", "all-MiniLM-L6-v2.Q8_0", 384), (metadata!.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.NotNull(generator.GetService<EmbeddingModel>());
        Assert.Null(generator.GetService<EmbeddingModel>("key"));
        await Assert.ThrowsAsync<ConfigurationException>(() => generator.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 128 }));
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generator.GenerateAsync(["a"], cancellationToken: cancel.Token));
    }

    [Fact]
    public void Create_NoSuchFile_SaysSo() => Assert.Contains("nothing.gguf", Assert.Throws<ModelException>(() => new LocalEmbeddingGenerator("nothing.gguf")).Message, StringComparison.Ordinal);
}
