using System.Globalization;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Probing;

namespace Agentic.Inference.Embeddings;

/// <summary>
/// Vectors of texts from a generative model: the states after its last layer and final norm, those that logits are made from, pooled over a text's
/// tokens. Texts of one call and other requests share the engine's steps.
/// </summary>
/// <remarks>Thread-safe. Such states were trained to predict the next token, not to be near for texts of near meaning: a model made for embeddings ranks better.</remarks>
public sealed class PooledStates : ITextEmbedder
{
    private readonly ModelHost _host;
    private readonly EmbeddingOptions _options;
    private readonly bool _ownsHost;
    private readonly int _maxTokens;

    /// <summary>Vectors by a running host, which is not disposed with this.</summary>
    /// <param name="host">The host.</param>
    /// <param name="options">How texts become vectors (what concerns loading is ignored): mean pooling by default; a text's tokens begin with BOS when the model's sequences do.</param>
    /// <exception cref="ConfigurationException">First pooling (no token sees what follows it, so the first says nothing of a text) or splitting is asked for.</exception>
    public PooledStates(ModelHost host, EmbeddingOptions? options = null)
        : this(host, options ?? new EmbeddingOptions(), ownsHost: false)
    {
    }

    private PooledStates(ModelHost host, EmbeddingOptions options, bool ownsHost)
    {
        ArgumentNullException.ThrowIfNull(host);
        Check(options);
        (_host, _options, _ownsHost) = (host, options, ownsHost);
        _maxTokens = Math.Min(options.MaxTokens ?? int.MaxValue, host.Model.Window);
    }

    /// <inheritdoc/>
    public string Name => _host.Model.Config.Name;

    /// <summary>The model file's name without extension.</summary>
    internal string FileName => Path.GetFileNameWithoutExtension(_host.Model.Path);

    /// <inheritdoc/>
    public int Dimensions => _host.Model.Config.EmbeddingLength;

    /// <summary>Embeds texts.</summary>
    /// <param name="texts">Texts; special tokens in them are plain text.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>A vector for each text, in their order, and what it took.</returns>
    /// <exception cref="BudgetException">A text does not fit and <see cref="LongText.Refuse"/> is set; nothing was computed.</exception>
    /// <exception cref="ConfigurationException">A text is empty and the model begins sequences with no token of its own.</exception>
    /// <exception cref="ModelCallException">The model failed while computing, or the host was stopped.</exception>
    public async Task<EmbeddingBatch> EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        int[][] ids = [.. texts.Select(text => _host.Tokenizer.EncodeSequence(text))];
        bool[] cut = new bool[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            (ids[i], cut[i]) = Fit(ids[i]);
        }

        var vectors = new float[ids.Length][];
        var side = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, _host.Options.MaxConcurrent), CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, ids.Length, side, async (i, token) =>
        {
            var job = new PoolingJob(ids[i], _options.Pooling == Pooling.Last, Dimensions, token);
            vectors[i] = await _host.RunAsync(job, job => job.Result, token).ConfigureAwait(false);
            if (_options.Normalize)
            {
                VectorPool.Normalize(vectors[i]);
            }
        }).ConfigureAwait(false);
        return new EmbeddingBatch(vectors, [.. ids.Select(text => text.Length)], cut);
    }

    /// <summary>Stops the host when it was loaded for this.</summary>
    public void Dispose()
    {
        if (_ownsHost)
        {
            _host.Dispose();
        }
    }

    /// <summary>Loads a generative model for vectors alone; <see cref="EmbeddingOptions.MaxTokens"/> is its window.</summary>
    internal static PooledStates Load(string path, EmbeddingOptions options)
    {
        Check(options);
        return new(ModelHost.Load(path, new() { Backend = options.Backend, Window = options.MaxTokens, ChunkTokens = options.BatchTokens }), options, ownsHost: true);
    }

    private (int[] Ids, bool Cut) Fit(int[] ids)
    {
        if (ids.Length == 0)
        {
            throw new ConfigurationException($"An empty text has no token for {Name}, and so no vector.", "Leave empty texts out.");
        }

        if (ids.Length <= _maxTokens)
        {
            return (ids, false);
        }

        return _options.LongText == LongText.Truncate
            ? (ids[.._maxTokens], true)
            : throw new BudgetException(
                string.Create(CultureInfo.InvariantCulture, $"A text of {ids.Length:N0} tokens does not fit the {_maxTokens:N0} that {Name} takes."),
                ids.Length, _maxTokens, "Embed shorter passages, choose a larger window, or to truncate long texts.");
    }

    private static void Check(EmbeddingOptions options)
    {
        if (options.Pooling == Pooling.First)
        {
            throw new ConfigurationException("The first token of a generative model sees nothing of the text after it.", "Choose mean or last pooling.");
        }

        if (options.LongText == LongText.Split)
        {
            throw new ConfigurationException("Texts for a generative model are not split.", "Choose to refuse or to truncate what does not fit its window, or embed shorter passages.");
        }
    }
}
