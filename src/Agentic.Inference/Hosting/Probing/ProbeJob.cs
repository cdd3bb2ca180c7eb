using Agentic.Inference.Models;

namespace Agentic.Inference.Hosting.Probing;

/// <summary>Reads a text and sums up where its last tokens look.</summary>
internal sealed class ProbeJob(int[] tokens, int queries, int[] layers, int[] heads, int tokensPerSlot, CancellationToken cancellationToken)
    : PromptJob<AttentionMass>(tokens, tokens.Length - queries, cancellationToken)
{
    private AttentionSum _sum = null!;

    protected override bool IsFinite => Enumerable.Range(0, layers.Length).All(i => Array.TrueForAll(_sum.Mean(i), float.IsFinite));

    protected override void Restart() => _sum = new AttentionSum(layers, heads, Tokens.Length, tokensPerSlot);

    protected override void Ask(StepBatch batch, int row, int rows) => batch.SumAttention(row, _sum);

    protected override void Take(StepBatch batch)
    {
    }

    protected override AttentionMass Tell() => new([.. layers.Select((_, i) => _sum.Mean(i))], Tokens.Length, CachedTokens);
}
