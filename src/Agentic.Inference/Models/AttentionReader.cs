using Agentic.Inference.Backends;
using Agentic.Inference.Models.Blocks;

namespace Agentic.Inference.Models;

/// <summary>Lets a layer attend, and adds what its rows pay to the sums that want this layer.</summary>
/// <remarks>Memory exists for one layer at a time: heads · slots numbers a request.</remarks>
internal sealed class AttentionReader(IComputeBackend backend, ModelConfig config, List<SequenceRows> sequences)
{
    private float[] _masses = [];

    /// <summary>Whether somebody wants a layer.</summary>
    public static bool Wanted(List<AttentionRequest> requests, int layer)
    {
        foreach (AttentionRequest request in requests)
        {
            if (request.Sum.IndexOf(layer) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Attends for all remembered rows.</summary>
    public void Attend(AttentionBlock attention, int layer, List<AttentionRequest> requests)
    {
        if (Wanted(requests, layer))
        {
            AttendAndSum(attention, layer, requests.FindAll(request => request.Sum.IndexOf(layer) >= 0));
        }
        else
        {
            attention.Attend([]);
        }
    }

    /// <summary>Throws when a request cannot be served.</summary>
    public static void Check(StepBatch batch, ModelConfig config)
    {
        foreach (AttentionRequest request in batch.AttentionRequests)
        {
            AttentionSum sum = request.Sum;
            if (sum.Layers.Any(layer => (uint)layer >= (uint)config.BlockCount) || sum.Heads.Any(head => (uint)head >= (uint)config.HeadCount))
            {
                throw new ArgumentException($"{config.Name} has {config.BlockCount} layers with {config.HeadCount} query heads each; another was asked for.", nameof(batch));
            }

            int tokens = batch.Sequences[request.Sequence].Length + batch.Counts[request.Sequence];
            if (tokens > sum.Tokens)
            {
                throw new ArgumentException($"A sum over {sum.Tokens} tokens cannot take a sequence of {tokens}.", nameof(batch));
            }
        }
    }

    private void AttendAndSum(AttentionBlock attention, int layer, List<AttentionRequest> wanted)
    {
        var sums = new List<KeyMassSum>();
        try
        {
            foreach (AttentionRequest request in wanted)
            {
                int per = request.Sum.TokensPerSlot, slots = (sequences[request.Sequence].KeyCount + per - 1) / per;
                DeviceBuffer buffer = backend.Allocate(ElementType.Float32, (long)config.HeadCount * slots);
                sums.Add(new KeyMassSum(buffer, slots, per, request.Sequence, request.FirstRow));
                Span<float> zeros = Host(buffer);
                zeros.Clear();
                backend.Write(buffer, 0, zeros);
            }

            attention.Attend(sums);
            for (int i = 0; i < sums.Count; i++)
            {
                Span<float> masses = Host(sums[i].Buffer);
                backend.Read(sums[i].Buffer, 0, masses);
                wanted[i].Sum.Add(wanted[i].Sum.IndexOf(layer), masses, sums[i].Stride);
            }
        }
        finally
        {
            sums.ForEach(sum => sum.Buffer.Dispose());
        }
    }

    private Span<float> Host(DeviceBuffer buffer)
    {
        if (_masses.Length < buffer.Length)
        {
            _masses = new float[buffer.Length];
        }

        return _masses.AsSpan(0, (int)buffer.Length);
    }
}
