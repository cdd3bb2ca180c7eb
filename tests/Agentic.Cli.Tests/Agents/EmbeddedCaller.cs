using Agentic.Agents;
using Agentic.Cli.Tests.Support;
using Agentic.Inference.Hosting;
using Agentic.Runs;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Tests.Agents;

/// <summary>The door to the model of the tree, loaded once for the tests of its verbs.</summary>
public sealed class EmbeddedCaller : IDisposable
{
    private readonly LocalChatClient _client = LocalChatClient.Load(Repository.Model, new() { Window = 2048, ChunkTokens = 256 });

    public RunSession Session { get; } = new();

    public AgentCaller Caller => new(new ModelAccess(_client), Session);

    public IReadOnlyList<int> Encode(string text) => _client.GetService<IScoringTokens>()!.Encode(text);

    public void Dispose() => _client.Dispose();
}

[CollectionDefinition(Name)]
public sealed class EmbeddedCallerTests : ICollectionFixture<EmbeddedCaller>
{
    public const string Name = "embedded caller";
}
