using Agentic.Inference.Backends;

namespace Agentic.Inference.Models;

/// <summary>Buffers of multi-head latent attention.</summary>
internal sealed class LatentBuffers(LatentConfig config, int heads, int rows, Func<long, DeviceBuffer> floats)
{
    /// <summary>Compressed queries.</summary>
    public DeviceBuffer CompressedQueries { get; } = floats((long)rows * Math.Max(config.QueryRank, 1));

    /// <summary>Queries by head, before the un-rotated part meets the key expansion.</summary>
    public DeviceBuffer Queries { get; } = floats((long)rows * heads * config.KeyDim);

    /// <summary>Compressed keys and values, then the rotated part of the keys.</summary>
    public DeviceBuffer KeyValue { get; } = floats((long)rows * (config.Rank + config.RopeDim));

    /// <summary>Mixed values by head, expanded.</summary>
    public DeviceBuffer Values { get; } = floats((long)rows * heads * config.ValueDim);
}
