namespace Agentic.Inference.Models.Architectures;

/// <summary>Biases that an architecture is trained with; a file without them was converted wrongly.</summary>
[Flags]
internal enum BiasSet
{
    /// <summary>None must be there.</summary>
    None = 0,

    /// <summary>Of queries, keys and values.</summary>
    QueryKeyValue = 1,

    /// <summary>Of the attention's output projection.</summary>
    AttentionOutput = 2,

    /// <summary>Of the feed-forward branch's projections.</summary>
    FeedForward = 4,

    /// <summary>Of the logits.</summary>
    Output = 8,

    /// <summary>All in layers.</summary>
    Layers = QueryKeyValue | AttentionOutput | FeedForward,
}
