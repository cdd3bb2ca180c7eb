using Agentic.Agents;
using Agentic.Reading.ChainOfAgents;
using Agentic.Reading.Direct;
using Agentic.Reading.MapReduce;
using Agentic.Reading.MemWalker;
using Agentic.Reading.Retrieval;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Agentic;

/// <summary>Registers the readers.</summary>
public static class AgenticServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ChainOfAgentsReader"/>, <see cref="DirectReader"/>, <see cref="MapReduceReader"/>, <see cref="MemWalkerReader"/>, <see cref="RetrievalReader"/> and <see cref="AgentLibrary"/> unless they are registered already. An <see cref="IChatClient"/> must be registered beside them.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Options of the readers; null for the defaults.</param>
    public static IServiceCollection AddAgentic(this IServiceCollection services, ChainOfAgentsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(options ?? new ChainOfAgentsOptions());
        services.TryAddSingleton(p => p.GetRequiredService<ChainOfAgentsOptions>().Agents);
        services.TryAddSingleton(p => new ChainOfAgentsReader(p.GetRequiredService<IChatClient>(), p.GetRequiredService<ChainOfAgentsOptions>()));
        services.TryAddSingleton(p => new DirectReader(p.GetRequiredService<IChatClient>(), p.GetRequiredService<ChainOfAgentsOptions>()));
        services.TryAddSingleton(p => new MapReduceReader(p.GetRequiredService<IChatClient>(), new MapReduceOptions(p.GetRequiredService<ChainOfAgentsOptions>())));
        services.TryAddSingleton(p => new MemWalkerReader(p.GetRequiredService<IChatClient>(), new MemWalkerOptions(p.GetRequiredService<ChainOfAgentsOptions>())
        {
            Artefacts = p.GetService<IArtefactStore>(),
        }));
        services.TryAddSingleton(p => new RetrievalReader(p.GetRequiredService<IChatClient>(), new RetrievalOptions(p.GetRequiredService<ChainOfAgentsOptions>())
        {
            Vectors = p.GetService<IArtefactStore>(),
        }));
        return services;
    }
}
