using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Agentic.Formats;

/// <summary>Registers the readers of document formats.</summary>
public static class FormatsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IDocumentLoader"/> unless one is registered already.</summary>
    public static IServiceCollection AddAgenticFormats(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<IDocumentLoader, TextDocumentReader>();
        return services;
    }
}
