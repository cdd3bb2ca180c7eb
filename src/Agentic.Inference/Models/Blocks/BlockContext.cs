using Agentic.Inference.Backends;

namespace Agentic.Inference.Models.Blocks;

/// <summary>What all blocks of a model share.</summary>
/// <param name="Backend">Where they compute.</param>
/// <param name="Config">The model's hyper-parameters.</param>
/// <param name="Buffers">The step's buffers.</param>
/// <param name="Pool">Keys and values.</param>
/// <param name="Sequences">The sequences of the step about to run, in row order; the same list at every step.</param>
internal sealed record BlockContext(IComputeBackend Backend, ModelConfig Config, Activations Buffers, DeviceKvPool Pool, List<SequenceRows> Sequences);
