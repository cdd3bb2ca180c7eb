using Agentic.Inference.Hosting;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

/// <summary>The model of the tree as a chat client, loaded once for the tests that need what it knows.</summary>
public sealed class EmbeddedModel : IDisposable
{
    public LocalChatClient Client { get; } = LocalChatClient.Load(RepositoryFiles.Model(ModelLocator.DefaultFile), new() { Window = 2048, ChunkTokens = 256 });

    public void Dispose()
    {
        Client.Host.Stopped += cache =>
        {
            Assert.Null(cache.Check());
            Assert.Equal(0, cache.UsedPages);
        };
        Client.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class EmbeddedModelTests : ICollectionFixture<EmbeddedModel>
{
    public const string Name = "embedded model";
}
