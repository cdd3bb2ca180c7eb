using Microsoft.Extensions.AI;

namespace Agentic.Agents;

/// <summary>A chat client and what it offers beyond chat, asked for once. Thread-safe when the client is.</summary>
public sealed class ModelAccess
{
    /// <summary>The window assumed of a client that does not tell its own: 8,192 tokens.</summary>
    public const int DefaultWindow = 8192;

    /// <summary>Looks at a client.</summary>
    /// <param name="client">The client.</param>
    /// <param name="window">Use no more than this many tokens of its window; null for all. The window itself for a client that does not tell it.</param>
    /// <param name="embedder">Makes embeddings; null for the client's own, if it offers them.</param>
    public ModelAccess(IChatClient client, int? window = null, IEmbeddingGenerator<string, Embedding<float>>? embedder = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        Client = client;
        Counter = client.GetService<ITokenCounter>() ?? EstimatingTokenCounter.Instance;
        Scorer = client.GetService<IContinuationScorer>();
        ScoringTokens = client.GetService<IScoringTokens>();
        PromptScorer = client.GetService<IPromptScorer>();
        Probe = client.GetService<IAttentionProbe>();
        Embedder = embedder ?? client.GetService<IEmbeddingGenerator<string, Embedding<float>>>();
        Profile = client.GetService<IModelProfile>();
        Window = Math.Min(window ?? int.MaxValue, Profile?.Window ?? window ?? DefaultWindow);
    }

    /// <summary>The client.</summary>
    public IChatClient Client { get; }

    /// <summary>Its own counter, or an upper estimate.</summary>
    public ITokenCounter Counter { get; }

    /// <summary>Scores continuations; null when the client cannot.</summary>
    public IContinuationScorer? Scorer { get; }

    /// <summary>Makes ids for scoring; null when the client cannot.</summary>
    public IScoringTokens? ScoringTokens { get; }

    /// <summary>Scores the prompt itself; null when the client cannot.</summary>
    public IPromptScorer? PromptScorer { get; }

    /// <summary>Tells where the model looks; null when the client cannot.</summary>
    public IAttentionProbe? Probe { get; }

    /// <summary>Makes embeddings; null when there is nothing that does.</summary>
    public IEmbeddingGenerator<string, Embedding<float>>? Embedder { get; }

    /// <summary>What is known of the model; null when nothing is.</summary>
    public IModelProfile? Profile { get; }

    /// <summary>Tokens of prompt and reply together.</summary>
    public int Window { get; }

    /// <summary>Whether continuations can be scored.</summary>
    public bool CanScore => Scorer is not null && ScoringTokens is not null;

    /// <summary>Whether replies can be held to a JSON Schema: such a reply is always well formed.</summary>
    public bool Constrains => Profile?.ConstrainsReplies ?? false;

    /// <summary>Tokens kept free in every prompt.</summary>
    public int Safety => Runs.StageBudget.SafetyFor(Window, Counter.IsExact);
}
