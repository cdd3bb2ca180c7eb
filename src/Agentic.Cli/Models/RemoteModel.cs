using Agentic.Remote;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Models;

/// <summary>Opens an endpoint. Apart from the factory, so that a local model never loads the remote client's assemblies.</summary>
internal static class RemoteModel
{
    public static IChatClient Open(ModelChoice choice)
    {
        var options = new RemoteModelOptions { Endpoint = choice.Endpoint, Model = choice.Name, ApiKeyVariable = choice.ApiKeyVariable };
        options.Window = choice.Window ?? options.Window;
        return new RemoteChatClient(options);
    }
}
