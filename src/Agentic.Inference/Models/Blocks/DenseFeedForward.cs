using Agentic.Inference.Backends;
using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models.Blocks;

/// <summary>One feed-forward network for every token: a layer's own, or the shared expert.</summary>
internal sealed class DenseFeedForward(BlockContext context, DenseWeights weights) : FeedForwardBlock
{
    public override void Run(DeviceBuffer input, int rows, DeviceBuffer output, bool accumulate)
    {
        (IComputeBackend backend, Activations buffers, ArchitectureTraits traits) = (context.Backend, context.Buffers, context.Config.Traits);
        int width = weights.Down.Matrix.Columns;
        DeviceBuffer hidden = traits.Gated ? buffers.GateUp : buffers.Gated;
        backend.MatMul(weights.Up.Matrix, input, rows, hidden, weights.Up.Bias);
        if (traits.Gated)
        {
            backend.Glu(traits.Activation, buffers.GateUp, rows, width, buffers.Gated);
        }
        else
        {
            backend.Activate(traits.Activation, buffers.Gated, (long)rows * width);
        }

        backend.MatMul(weights.Down.Matrix, buffers.Gated, rows, output, weights.Down.Bias, accumulate);
    }
}
