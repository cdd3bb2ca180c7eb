using Agentic.Inference.Backends.Cpu;
using Agentic.Inference.Backends.Scalar;

namespace Agentic.Inference.Backends;

/// <summary>Makes backends by name.</summary>
public static class BackendFactory
{
    /// <summary>Creates the backend that the options name.</summary>
    /// <exception cref="ConfigurationException">The name is not one of auto, cpu, scalar, or the thread count is not positive.</exception>
    public static IComputeBackend Create(BackendOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Threads is < 1)
        {
            throw new ConfigurationException($"The number of threads must be at least 1, not {options.Threads}.", "Leave it out to use what pays off on this machine.");
        }

        return options.Name switch
        {
            "auto" or "cpu" => new SimdBackend(options.Threads, options.ActivationMode),
            "scalar" => new ScalarBackend(options.ActivationMode),
            _ => throw new ConfigurationException($"There is no backend named '{options.Name}'.", "Use auto, cpu or scalar."),
        };
    }
}
