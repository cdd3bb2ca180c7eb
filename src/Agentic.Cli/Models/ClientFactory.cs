using Agentic.Inference.Hosting;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Models;

/// <summary>Opens models for real: a file in this process, or an endpoint.</summary>
internal sealed class ClientFactory : IClientFactory
{
    public Task<IChatClient> OpenAsync(ModelChoice choice, CancellationToken cancellationToken) => choice.Endpoint is not null
        ? Task.FromResult(RemoteModel.Open(choice))
        : Task.Run<IChatClient>(() => LocalChatClient.Load(choice.Path!, choice.ToModelOptions(), choice.ToHostOptions()), cancellationToken);
}
