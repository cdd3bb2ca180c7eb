namespace Agentic.Inference.Attention;

/// <summary>Which keys of a segment a query may see.</summary>
public enum AttentionMask
{
    /// <summary>Keys at or before the query's own index.</summary>
    Causal,

    /// <summary>Causal, and at most <see cref="AttentionSegment.Window"/> − 1 keys back.</summary>
    CausalWindow,

    /// <summary>Every key of the segment.</summary>
    Bidirectional,
}

/// <summary>One part of what a query block attends to. The kernel evaluates each segment and merges them by log-sum-exp in float32.</summary>
/// <remarks>Every training-free long-context method is a list of these (the papers' position maps become key planes and query planes).</remarks>
public sealed record AttentionSegment
{
    /// <summary>Which keys are visible.</summary>
    public AttentionMask Mask { get; init; } = AttentionMask.Causal;

    /// <summary>Window of <see cref="AttentionMask.CausalWindow"/>, the query's own key included.</summary>
    public int Window { get; init; }

    /// <summary>Which stored copy of the keys is read.</summary>
    public int KeyPlane { get; init; }

    /// <summary>Which rotated copy of the queries is used (an index into <see cref="Backends.AttentionCall.Queries"/>).</summary>
    public int QueryPlane { get; init; }

    /// <summary>First visible key index, and the index after the last, per sequence of the batch; null = from 0 to the sequence's length.</summary>
    public IReadOnlyList<(int Begin, int End)>? KeyRange { get; init; }

    /// <summary>
    /// Page lists that replace the sequences' own page tables, when a selector chose pages: one list per sequence, or per (sequence, head) when
    /// <see cref="PagesPerHead"/> is greater than 1, in the order sequence-major. Entries are indices into the sequence's page table. Null = all pages.
    /// </summary>
    public IReadOnlyList<int[]>? SelectedPages { get; init; }

    /// <summary>1: one list a sequence; otherwise the number of KV heads or of query heads.</summary>
    public int PagesPerHead { get; init; } = 1;

    /// <summary>Factor on this segment's logits (temperature). Default 1.</summary>
    public float LogitScale { get; init; } = 1;

    /// <summary>Added to this segment's log-sum-exp before the merge (APE). Default 0.</summary>
    public float LseShift { get; init; }

    /// <summary>The one causal segment of dense attention.</summary>
    public static readonly AttentionSegment Dense = new();
}
