using System.Diagnostics.Metrics;
using Agentic;
using Agentic.Inference.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers models that run in this process.</summary>
public static class LocalModelServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="LocalChatClient"/> as the application's <see cref="IChatClient"/>, and its capabilities (<see cref="ITokenCounter"/>,
    /// <see cref="IContinuationScorer"/>, <see cref="IScoringTokens"/>, <see cref="IModelProfile"/>), each unless there is one already. The model
    /// is loaded at the first use.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options; without it the default model is looked for.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddAgenticLocalModel(this IServiceCollection services, Action<LocalModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IChatClient>(provider =>
        {
            var options = new LocalModelOptions { MeterFactory = provider.GetService<IMeterFactory>() };
            configure?.Invoke(options);
            return new LocalChatClient(options);
        });
        Add<ITokenCounter>(services);
        Add<IContinuationScorer>(services);
        Add<IScoringTokens>(services);
        Add<IModelProfile>(services);
        return services;
    }

    private static void Add<T>(IServiceCollection services) where T : class =>
        services.TryAddSingleton(provider => provider.GetRequiredService<IChatClient>().GetService<T>()
            ?? throw new InvalidOperationException($"The registered chat client does not offer {typeof(T).Name}."));
}
