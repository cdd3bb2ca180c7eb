using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Blocks;

/// <summary>One layer's feed-forward branch, bound to its weights and to the step's buffers.</summary>
internal abstract class FeedForwardBlock
{
    /// <summary>output = branch(input), or += when <paramref name="accumulate"/>.</summary>
    public abstract void Run(DeviceBuffer input, int rows, DeviceBuffer output, bool accumulate);
}
