using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Direct;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Commands.Reading;

/// <summary>A strategy by name, with its options: makes the reader.</summary>
internal sealed record ReadingPlan(string Strategy, ChainOfAgentsOptions Options)
{
    public RunPlan Plan(IChatClient client, IReadOnlyList<Document> documents, string? question) => Strategy == "direct"
        ? new DirectReader(client, Options).Plan(documents, question)
        : new ChainOfAgentsReader(client, Options).Plan(documents, question);

    public IAsyncEnumerable<RunEvent> RunAsync(IChatClient client, IReadOnlyList<Document> documents, string? question, CancellationToken cancellationToken) => Strategy == "direct"
        ? new DirectReader(client, Options).RunAsync(documents, question, cancellationToken)
        : new ChainOfAgentsReader(client, Options).RunAsync(documents, question, cancellationToken);
}
