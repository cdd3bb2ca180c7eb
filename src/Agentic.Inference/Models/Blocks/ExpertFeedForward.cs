using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Blocks;

/// <summary>A mixture of experts: each row goes through a few of them, and through the shared one if there is one.</summary>
internal sealed class ExpertFeedForward(BlockContext context, ExpertWeights weights) : FeedForwardBlock
{
    private readonly DenseFeedForward? _shared = weights.Shared is { } shared ? new(context, shared) : null;

    public override void Run(DeviceBuffer input, int rows, DeviceBuffer output, bool accumulate)
    {
        IComputeBackend backend = context.Backend;
        ExpertConfig config = context.Config.Experts!;
        ExpertBuffers buffers = context.Buffers.Experts!;
        int width = context.Config.EmbeddingLength, hidden = config.HiddenLength, experts = config.Routing.Experts, used = config.Routing.Used;
        backend.MatMul(weights.Router.Matrix, input, rows, buffers.Scores, weights.Router.Bias);
        backend.RouteExperts(buffers.Scores, rows, config.Routing, weights.SelectionBias, buffers.Chosen, buffers.Weights);
        backend.GroupedMatMul(
            weights.Up.Matrix, experts, buffers.Chosen, rows, used, new(input, width, 0), new(buffers.GateUp, 2 * used * hidden, 2 * hidden), weights.Up.Bias);
        backend.Glu(context.Config.Traits.Activation, buffers.GateUp, rows * used, hidden, buffers.Gated);
        backend.GroupedMatMul(
            weights.Down.Matrix, experts, buffers.Chosen, rows, used, new(buffers.Gated, used * hidden, hidden), new(buffers.Output, used * width, width), weights.Down.Bias);
        backend.WeightedSum(buffers.Output, buffers.Weights, rows, used, width, output, accumulate);
        RunShared(input, rows, output);
    }

    private void RunShared(DeviceBuffer input, int rows, DeviceBuffer output)
    {
        if (weights.SharedGate is not { } gate)
        {
            _shared?.Run(input, rows, output, accumulate: true);
            return;
        }

        ExpertBuffers buffers = context.Buffers.Experts!;
        _shared!.Run(input, rows, buffers.SharedOutput, accumulate: false);
        context.Backend.MatMul(gate, input, rows, buffers.SharedWeight);
        context.Backend.Activate(Activation.Sigmoid, buffers.SharedWeight, rows);
        context.Backend.WeightedSum(buffers.SharedOutput, buffers.SharedWeight, rows, 1, context.Config.EmbeddingLength, output, accumulate: true);
    }
}
