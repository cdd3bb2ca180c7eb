namespace Agentic.Inference.Models.Blocks;

/// <summary>One layer of the graph: its two branches and the norms around them.</summary>
internal sealed record TransformerLayer(AttentionBlock Attention, FeedForwardBlock FeedForward, LayerWeights Norms)
{
    public static TransformerLayer Create(BlockContext context, LayerWeights weights, int layer, ModelRotation rotation)
    {
        AttentionBlock attention = weights.Attention switch
        {
            GroupedAttentionWeights a => new GroupedAttention(context, a, layer, rotation.Of(context.Config.Layers[layer].Rotation)),
            LatentAttentionWeights a => new LatentAttention(context, a, layer, rotation.Global!),
            _ => throw new ArgumentException($"{weights.Attention.GetType()} has no block.", nameof(weights)),
        };
        FeedForwardBlock feedForward = weights.FeedForward switch
        {
            DenseWeights d => new DenseFeedForward(context, d),
            ExpertWeights e => new ExpertFeedForward(context, e),
            _ => throw new ArgumentException($"{weights.FeedForward.GetType()} has no block.", nameof(weights)),
        };
        return new(attention, feedForward, weights);
    }
}
