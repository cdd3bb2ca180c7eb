using Agentic.Inference.Backends;
using Agentic.Inference.Models.Architectures;

namespace Agentic.Inference.Models;

/// <summary>The buffers of one step, allocated once for the largest step and used again.</summary>
internal sealed class Activations : IDisposable
{
    /// <summary>Rows of logits that exist at a time: scoring hundreds of rows needs no more memory than this.</summary>
    public const int LogitRows = 64;

    private readonly List<DeviceBuffer> _owned = [];

    public Activations(IComputeBackend backend, ModelConfig config, int rows)
    {
        DeviceBuffer Floats(long length) => Own(backend.Allocate(ElementType.Float32, length));
        DeviceBuffer Ints(long length) => Own(backend.Allocate(ElementType.Int32, length));

        long width = config.EmbeddingLength;
        QueryKeyValueWidth = config.HeadCount * config.KeyDim + config.HeadCountKv * (config.KeyDim + config.ValueDim);
        MixedWidth = config.HeadCount * config.ValueDim;
        Tokens = Ints(rows);
        Positions = Ints(rows);
        Kept = Ints(rows);
        Hidden = Floats(rows * width);
        KeptHidden = Floats(rows * width);
        Normed = Floats(rows * width);
        QueryKeyValue = Floats((long)rows * QueryKeyValueWidth);
        Mixed = Floats((long)rows * MixedWidth);
        KeptMixed = Floats((long)rows * MixedWidth);
        long hidden = Math.Max(config.FeedForwardLength, config.Experts?.SharedHiddenLength ?? 0);
        GateUp = Floats(2 * rows * hidden);
        Gated = Floats(rows * hidden);
        Experts = config.Experts is { } experts ? new ExpertBuffers(experts, rows, width, Floats, Ints) : null;
        Latent = config.Latent is { } latent ? new LatentBuffers(latent, config.HeadCount, rows, Floats) : null;
        ArchitectureTraits traits = config.Traits;
        Branch = traits.NormPlacement != NormPlacement.Before || config.ResidualScale != 1 ? Floats(rows * width) : null;
        KeptInput = traits.ParallelResidual ? Floats(rows * width) : null;
        int logitRows = Math.Min(rows, LogitRows);
        LogitRowIndices = Ints(logitRows);
        LogitInput = Floats(logitRows * width);
        Logits = Floats((long)logitRows * config.VocabularySize);
    }

    public int QueryKeyValueWidth { get; }

    public int MixedWidth { get; }

    public DeviceBuffer Tokens { get; }

    public DeviceBuffer Positions { get; }

    /// <summary>Rows that go on after the last layer's attention: those whose logits are wanted.</summary>
    public DeviceBuffer Kept { get; }

    /// <summary>The residual stream.</summary>
    public DeviceBuffer Hidden { get; }

    /// <summary>The residual stream of the kept rows.</summary>
    public DeviceBuffer KeptHidden { get; }

    public DeviceBuffer Normed { get; }

    public DeviceBuffer QueryKeyValue { get; }

    /// <summary>What attention yields: heads side by side.</summary>
    public DeviceBuffer Mixed { get; }

    public DeviceBuffer KeptMixed { get; }

    public DeviceBuffer GateUp { get; }

    public DeviceBuffer Gated { get; }

    /// <summary>Of a mixture of experts.</summary>
    public ExpertBuffers? Experts { get; }

    /// <summary>Of multi-head latent attention.</summary>
    public LatentBuffers? Latent { get; }

    /// <summary>What a branch yields, when it is not added to the residual stream as it is.</summary>
    public DeviceBuffer? Branch { get; }

    /// <summary>What went into the last layer's attention, of the kept rows, when the feed-forward branch reads it too.</summary>
    public DeviceBuffer? KeptInput { get; }

    public DeviceBuffer LogitRowIndices { get; }

    public DeviceBuffer LogitInput { get; }

    public DeviceBuffer Logits { get; }

    public void Dispose()
    {
        foreach (DeviceBuffer buffer in _owned)
        {
            buffer.Dispose();
        }
    }

    private DeviceBuffer Own(DeviceBuffer buffer)
    {
        _owned.Add(buffer);
        return buffer;
    }
}
