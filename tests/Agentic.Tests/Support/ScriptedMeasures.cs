using Microsoft.Extensions.AI;

namespace Agentic.Tests;

/// <summary>Numbers that can be told by looking: a text's vector is its length, every layer looks at both halves alike.</summary>
internal sealed class ScriptedMeasures : IEmbeddingGenerator<string, Embedding<float>>, IAttentionProbe, IPromptScorer
{
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(text => new Embedding<float>(new float[] { text.Length })))
        {
            Usage = new UsageDetails { InputTokenCount = texts.Sum(text => text.Length) },
        });
    }

    public Task<AttentionMass> ProbeAsync(AttentionProbeRequest request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new AttentionMass([[0.25f, 0.75f], [0.75f, 0.25f]], request.Tokens.Count, 0));

    public Task<IReadOnlyList<PromptScore>> ScorePromptsAsync(IReadOnlyList<IReadOnlyList<int>> prompts, IReadOnlyList<int>? from = null, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<PromptScore>>([.. prompts.Select(prompt => new PromptScore(0, [double.NaN, -1], [1, 2], prompt.Count, 0))]);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
