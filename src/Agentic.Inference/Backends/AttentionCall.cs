using Agentic.Inference.Attention;

namespace Agentic.Inference.Backends;

/// <summary>The rows of one sequence in a step: consecutive rows of the batch at consecutive positions.</summary>
/// <param name="FirstRow">First row of the batch.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="FirstPosition">Position (key index) of the first row; its keys have been appended already.</param>
/// <param name="Pages">Page table: page p holds keys 64p..64p+63.</param>
public readonly record struct SequenceRows(int FirstRow, int Rows, int FirstPosition, int[] Pages)
{
    /// <summary>Keys in the cache once this step's are appended.</summary>
    public int KeyCount => FirstPosition + Rows;
}

/// <summary>One attention over one layer's pages, for a batch of rows of several sequences.</summary>
public sealed record AttentionCall
{
    /// <summary>Pages to read.</summary>
    public required DeviceKvPool Pool { get; init; }

    /// <summary>Layer within the pool.</summary>
    public required int Layer { get; init; }

    /// <summary>The sequences of the batch, in row order.</summary>
    public required IReadOnlyList<SequenceRows> Sequences { get; init; }

    /// <summary>What each query sees; merged by log-sum-exp.</summary>
    public required IReadOnlyList<AttentionSegment> Segments { get; init; }

    /// <summary>Queries, one buffer per query plane: row r, head h at <c>r · QueryStride + QueryOffset + h · KeyDim</c>.</summary>
    public required IReadOnlyList<DeviceBuffer> Queries { get; init; }

    /// <summary>Elements between rows of the queries.</summary>
    public required int QueryStride { get; init; }

    /// <summary>Offset of head 0 in a row.</summary>
    public int QueryOffset { get; init; }

    /// <summary>Number of query heads; a multiple of the pool's KV heads. Query head h uses KV head h / (query heads / KV heads).</summary>
    public required int QueryHeads { get; init; }

    /// <summary>Receives row r, head h at <c>(r · QueryHeads + h) · ValueDim</c>.</summary>
    public required DeviceBuffer Output { get; init; }

    /// <summary>Factor on q·k before softmax, usually 1/√KeyDim.</summary>
    public required float Scale { get; init; }

    /// <summary>Factor per row on its logits (log-n scaling); null = 1.</summary>
    public DeviceBuffer? RowScale { get; init; }

    /// <summary>Logits become c·tanh(logit/c) when c &gt; 0.</summary>
    public float SoftCap { get; init; }

    /// <summary>One logit a query head that takes part in the softmax and carries no value; null = none.</summary>
    public DeviceBuffer? Sinks { get; init; }

    /// <summary>Receives the natural log-sum-exp of the scaled logits at <c>r · QueryHeads + h</c>; null = not wanted.</summary>
    public DeviceBuffer? LogSumExp { get; init; }

    /// <summary>Receives the probability mass each page got, <c>(r · QueryHeads + h) · MassStride + page index in the sequence</c>; null = not wanted.</summary>
    public DeviceBuffer? PageMass { get; init; }

    /// <summary>Elements between rows of <see cref="PageMass"/>.</summary>
    public int MassStride { get; init; }

    /// <summary>Where the attention that rows pay to keys is summed up; empty = not wanted.</summary>
    public IReadOnlyList<KeyMassSum> KeyMasses { get; init; } = [];
}

/// <summary>A sum of attention over rows: head h's share for keys of slot s is added at <c>h · Stride + s</c>.</summary>
/// <param name="Buffer">Added to; the caller clears it.</param>
/// <param name="Stride">Elements between heads; at least the number of slots.</param>
/// <param name="TokensPerSlot">Keys of a slot: slot s holds keys s · TokensPerSlot to the next slot's first.</param>
/// <param name="Sequence">Index of the sequence of the batch whose rows count.</param>
/// <param name="FirstRow">Rows of the batch from this one on count.</param>
public sealed record KeyMassSum(DeviceBuffer Buffer, int Stride, int TokensPerSlot, int Sequence, int FirstRow);
