using Microsoft.Extensions.AI;

namespace Agentic.Cli.Models;

/// <summary>Opens the model that the options name, local or remote.</summary>
internal interface IClientFactory
{
    /// <summary>Opens the model; the caller disposes it.</summary>
    /// <exception cref="AgenticException">There is no such model, or it cannot be read.</exception>
    Task<IChatClient> OpenAsync(ModelChoice choice, CancellationToken cancellationToken);
}
