using Agentic.Inference.Backends;

namespace Agentic.Inference.Models;

/// <summary>One layer's weights in a backend's memory; what is null the layer does without.</summary>
internal sealed record LayerWeights(
    DeviceBuffer AttentionNorm,
    DeviceMatrix QueryKeyValue,
    DeviceBuffer? QueryKeyValueBias,
    DeviceMatrix AttentionOutput,
    DeviceBuffer? AttentionOutputBias,
    DeviceBuffer FeedForwardNorm,
    DeviceMatrix GateUp,
    DeviceBuffer? GateUpBias,
    DeviceMatrix Down,
    DeviceBuffer? DownBias);
