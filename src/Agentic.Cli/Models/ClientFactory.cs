using Microsoft.Extensions.AI;

namespace Agentic.Cli.Models;

/// <summary>Opens models for real.</summary>
internal sealed class ClientFactory : IClientFactory
{
    public Task<IChatClient> OpenAsync(ModelChoice choice, CancellationToken cancellationToken) =>
        throw new ModelException("No model can be opened yet.");
}
