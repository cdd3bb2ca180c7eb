using System.Diagnostics.Metrics;
using Agentic;
using Agentic.Inference.Embeddings;
using Agentic.Inference.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers models that run in this process.</summary>
public static class LocalModelServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="LocalChatClient"/> as the application's <see cref="IChatClient"/>, and what it can do beside chat: <see cref="ITokenCounter"/>,
    /// <see cref="IScoringTokens"/>, <see cref="IContinuationScorer"/>, <see cref="IPromptScorer"/>, <see cref="IAttentionProbe"/>,
    /// <see cref="ITokenSessions"/>, <see cref="IPrefixStore"/>, <see cref="IModelProfile"/> and <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>
    /// (pooled states, or the model of <see cref="AddAgenticLocalEmbeddings"/>), each unless there is one already. The model is loaded at the first use.
    /// </summary>
    /// <remarks>
    /// Options can also be set by <c>services.Configure&lt;LocalModelOptions&gt;</c>. They are checked when the application starts, or at the first
    /// use where nothing starts it; all that is wrong with them is told in one <see cref="ConfigurationException"/>.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options; without it the default model is looked for.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddAgenticLocalModel(this IServiceCollection services, Action<LocalModelOptions>? configure = null) => Add(services, null, configure);

    /// <summary>The same under a key, for applications with several models: <c>provider.GetRequiredKeyedService&lt;IChatClient&gt;(key)</c> and its capabilities by the same key.</summary>
    /// <inheritdoc cref="AddAgenticLocalModel"/>
    /// <param name="services">The services.</param>
    /// <param name="key">The key; also the name of its options.</param>
    /// <param name="configure">Sets options; without it the default model is looked for.</param>
    public static IServiceCollection AddKeyedAgenticLocalModel(this IServiceCollection services, string key, Action<LocalModelOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return Add(services, key, configure);
    }

    /// <summary>Adds a <see cref="LocalEmbeddingGenerator"/> as the application's <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>, unless there is one already. The model is loaded at the first use.</summary>
    /// <param name="services">The services.</param>
    /// <param name="path">Path of the GGUF file; null = see <see cref="ModelLocator.FindEmbedding"/>.</param>
    /// <param name="options">How it is loaded and used.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddAgenticLocalEmbeddings(this IServiceCollection services, string? path = null, EmbeddingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(_ => new LocalEmbeddingGenerator(path, options));
        services.TryAddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(provider => provider.GetRequiredService<LocalEmbeddingGenerator>());
        return services;
    }

    private static IServiceCollection Add(IServiceCollection services, string? key, Action<LocalModelOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (!services.Any(service => service.ServiceType == typeof(IChatClient) && Equals(service.ServiceKey, key)))
        {
            string name = key ?? Options.Options.DefaultName;
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LocalModelOptions>, LocalModelOptionsValidator>());
            OptionsBuilder<LocalModelOptions> builder = services.AddOptions<LocalModelOptions>(name)
                .Configure<IServiceProvider>((options, provider) => options.MeterFactory = provider.GetService<IMeterFactory>())
                .ValidateOnStart();
            if (configure is not null)
            {
                builder.Configure(configure);
            }

            services.Add(new ServiceDescriptor(typeof(IChatClient), key, (provider, _) => Create(provider, name), ServiceLifetime.Singleton));
        }

        AddCapability<ITokenCounter>(services, key);
        AddCapability<IScoringTokens>(services, key);
        AddCapability<IContinuationScorer>(services, key);
        AddCapability<IPromptScorer>(services, key);
        AddCapability<IAttentionProbe>(services, key);
        AddCapability<ITokenSessions>(services, key);
        AddCapability<IPrefixStore>(services, key);
        AddCapability<IModelProfile>(services, key);
        services.TryAdd(new ServiceDescriptor(typeof(IEmbeddingGenerator<string, Embedding<float>>), key, (provider, _) =>
            key is null && provider.GetService<LocalEmbeddingGenerator>() is { } generator ? generator : Capability<IEmbeddingGenerator<string, Embedding<float>>>(provider, key), ServiceLifetime.Singleton));
        return services;
    }

    private static LocalChatClient Create(IServiceProvider provider, string name)
    {
        try
        {
            return new LocalChatClient(provider.GetRequiredService<IOptionsMonitor<LocalModelOptions>>().Get(name));
        }
        catch (OptionsValidationException wrong)
        {
            throw new ConfigurationException($"The options of the local model are wrong: {string.Join(' ', wrong.Failures)}", "Change them where AddAgenticLocalModel is called or where they are configured.", wrong);
        }
    }

    private static void AddCapability<T>(IServiceCollection services, string? key) where T : class =>
        services.TryAdd(new ServiceDescriptor(typeof(T), key, (provider, _) => Capability<T>(provider, key), ServiceLifetime.Singleton));

    private static T Capability<T>(IServiceProvider provider, string? key) where T : class =>
        (key is null ? provider.GetRequiredService<IChatClient>() : provider.GetRequiredKeyedService<IChatClient>(key)).GetService<T>()
        ?? throw new InvalidOperationException($"The registered chat client does not offer {typeof(T).Name}.");
}
