using Agentic.Inference.Backends;

namespace Agentic.Inference.Models;

/// <summary>Buffers of a mixture of experts; those of chosen experts have a block for each expert of a row.</summary>
internal sealed class ExpertBuffers(ExpertConfig config, int rows, long width, Func<long, DeviceBuffer> floats, Func<long, DeviceBuffer> ints)
{
    /// <summary>The router's numbers.</summary>
    public DeviceBuffer Scores { get; } = floats((long)rows * config.Routing.Experts);

    /// <summary>Numbers of the chosen experts.</summary>
    public DeviceBuffer Chosen { get; } = ints((long)rows * config.Routing.Used);

    /// <summary>Their weights.</summary>
    public DeviceBuffer Weights { get; } = floats((long)rows * config.Routing.Used);

    public DeviceBuffer GateUp { get; } = floats(2L * rows * config.Routing.Used * config.HiddenLength);

    public DeviceBuffer Gated { get; } = floats((long)rows * config.Routing.Used * config.HiddenLength);

    public DeviceBuffer Output { get; } = floats(rows * width * config.Routing.Used);

    /// <summary>What a gated shared expert yields.</summary>
    public DeviceBuffer SharedOutput { get; } = floats(config.SharedHiddenLength > 0 ? rows * width : 1);

    /// <summary>Its weight, a number a row.</summary>
    public DeviceBuffer SharedWeight { get; } = floats(rows);
}
