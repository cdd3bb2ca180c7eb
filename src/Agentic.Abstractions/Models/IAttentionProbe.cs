namespace Agentic;

/// <summary>Where a model looks: how much attention chosen query tokens pay to the tokens before them. Thread-safe.</summary>
/// <remarks>The masses are summed while attention is computed; the matrix of scores never exists. Retrieval and attribution read them (InfiniRetri, arXiv 2502.12962).</remarks>
public interface IAttentionProbe
{
    /// <summary>Reads a text and reports the attention of its query tokens.</summary>
    /// <exception cref="BudgetException">The tokens do not fit the model's window.</exception>
    /// <exception cref="ArgumentException">A layer, head or query does not exist.</exception>
    Task<AttentionMass> ProbeAsync(AttentionProbeRequest request, CancellationToken cancellationToken = default);
}

/// <summary>What to read and whose attention to report.</summary>
/// <param name="Tokens">Token ids of context and question in one, from <see cref="ITokenCounter.CountPrompt"/> or <see cref="IScoringTokens.Encode"/>; not empty.</param>
/// <param name="QueryCount">Number of last tokens that are asked where they look; at least 1. What follows a token does not change where it looks: to ask tokens in the middle of a text, end it after them.</param>
public sealed record AttentionProbeRequest(IReadOnlyList<int> Tokens, int QueryCount)
{
    /// <summary>Layers, from 0 or, negative, from the end (-1 = the last), each once; null = all.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Query heads, from 0, each once; null = all.</summary>
    public IReadOnlyList<int>? Heads { get; init; }

    /// <summary>Tokens that are summed into one number: 1, or more for pages. Default 1.</summary>
    public int TokensPerSlot { get; init; } = 1;
}

/// <summary>Attention by layer.</summary>
/// <param name="Layers">For each layer asked, in order: the mass of every slot, mean over query tokens and heads. A layer's masses sum to 1, less what goes to a sink.</param>
/// <param name="PromptTokens">Tokens evaluated or reused.</param>
/// <param name="CachedTokens">Of these, reused from a shared prefix.</param>
public sealed record AttentionMass(IReadOnlyList<float[]> Layers, int PromptTokens, int CachedTokens)
{
    /// <summary>Mean over the layers.</summary>
    public float[] Mean()
    {
        var mean = new float[Layers[0].Length];
        foreach (float[] layer in Layers)
        {
            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += layer[i] / Layers.Count;
            }
        }

        return mean;
    }
}
