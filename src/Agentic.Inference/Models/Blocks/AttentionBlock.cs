using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Blocks;

/// <summary>One layer's attention, bound to its weights and to the step's buffers.</summary>
internal abstract class AttentionBlock
{
    /// <summary>Forms queries, which the block keeps, and keys and values, which go to the cache, from the rows of <paramref name="input"/>.</summary>
    public abstract void Remember(DeviceBuffer input, int rows);

    /// <summary>Attends for all remembered rows into <see cref="Activations.Mixed"/>, and sums up what they pay to keys where that is wanted.</summary>
    public abstract void Attend(IReadOnlyList<KeyMassSum> sums);

    /// <summary>Projects mixed rows back to the residual stream's width: output = …, or += when <paramref name="accumulate"/>.</summary>
    public abstract void Project(DeviceBuffer mixed, int rows, DeviceBuffer output, bool accumulate);
}
