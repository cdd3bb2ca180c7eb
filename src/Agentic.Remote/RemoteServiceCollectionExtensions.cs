using Agentic;
using Agentic.Remote;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers remote models.</summary>
public static class RemoteServiceCollectionExtensions
{
    /// <summary>Adds a <see cref="RemoteChatClient"/> as the application's <see cref="IChatClient"/>, with its token counter and profile, unless there is one already.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets endpoint and model, which are required.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddAgenticRemoteModel(this IServiceCollection services, Action<RemoteModelOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton<IChatClient>(_ =>
        {
            var options = new RemoteModelOptions();
            configure(options);
            return new RemoteChatClient(options);
        });
        services.TryAddSingleton(provider => provider.GetRequiredService<IChatClient>().GetService<ITokenCounter>()!);
        services.TryAddSingleton(provider => provider.GetRequiredService<IChatClient>().GetService<IModelProfile>()!);
        return services;
    }
}
