using System.Globalization;
using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.Models;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Embeddings;

/// <summary>A loaded embedding model: texts in, vectors out, many texts in one pass.</summary>
/// <remarks>Thread-safe: one call computes at a time. A text's vector does not depend on what shares its pass.</remarks>
public sealed class EmbeddingModel : ITextEmbedder
{
    private readonly Lock _computing = new();
    private readonly IComputeBackend _backend;
    private readonly BertWeights _weights;
    private readonly BertEncoder _encoder;
    private readonly EmbeddingOptions _options;
    private readonly float[] _states;

    private EmbeddingModel(GgufFile file, EmbeddingOptions options, IComputeBackend backend)
    {
        Path = file.Path;
        Config = EmbeddingModelConfig.Read(file);
        Tokenizer = Tokenizer.FromGguf(file);
        WeightsId = WeightsHash.Compute(file);
        MaxTokens = Math.Min(options.MaxTokens ?? Config.ContextLength, Config.ContextLength);
        _options = options;
        _backend = backend;
        _weights = BertWeights.Upload(backend, file, Config);
        try
        {
            _encoder = new BertEncoder(backend, Config, _weights, Math.Max(options.BatchTokens, MaxTokens));
            _states = new float[(long)_encoder.Rows * Config.EmbeddingLength];
        }
        catch
        {
            _weights.Dispose();
            throw;
        }
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>The model's hyper-parameters.</summary>
    public EmbeddingModelConfig Config { get; }

    /// <summary>The model's own tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Identifies the weights.</summary>
    public string WeightsId { get; }

    /// <summary>Most tokens of a text, those that open and close it included.</summary>
    public int MaxTokens { get; }

    /// <summary>Numbers of an embedding.</summary>
    public int Dimensions => Config.EmbeddingLength;

    /// <summary>What computes, for people.</summary>
    public string BackendName => _backend.Name;

    /// <summary>Loads a model file.</summary>
    /// <exception cref="ModelException">The file cannot be read, is damaged, or is not an embedding model that is supported.</exception>
    /// <exception cref="ConfigurationException">An option is out of range.</exception>
    public static EmbeddingModel Load(string path, EmbeddingOptions? options = null)
    {
        options ??= new EmbeddingOptions();
        if (options.BatchTokens < 1 || options.MaxTokens is < 3)
        {
            throw new ConfigurationException("An embedding model needs room for at least 3 tokens a text and 1 a pass.");
        }

        using GgufFile file = GgufFile.Open(path);
        IComputeBackend backend = BackendFactory.Create(options.Backend);
        try
        {
            return new EmbeddingModel(file, options, backend);
        }
        catch
        {
            backend.Dispose();
            throw;
        }
    }

    /// <summary>Embeds texts.</summary>
    /// <param name="texts">Texts, empty ones too; special tokens in them are plain text.</param>
    /// <param name="cancellationToken">Looked at between passes.</param>
    /// <returns>A vector for each text, in their order, and what it took.</returns>
    /// <exception cref="BudgetException">A text has more than <see cref="MaxTokens"/> tokens and <see cref="LongText.Refuse"/> is set; nothing was computed.</exception>
    public EmbeddingBatch Embed(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return EmbedIds([.. texts.Select(text => Tokenizer.EncodeSequence(text))], cancellationToken);
    }

    string ITextEmbedder.Name => Config.Name;

    Task<EmbeddingBatch> ITextEmbedder.EmbedAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        Task.Run(() => Embed(texts, cancellationToken), cancellationToken);

    /// <summary>Embeds texts given by their token ids, opened and closed as the model expects.</summary>
    /// <inheritdoc cref="Embed"/>
    public EmbeddingBatch EmbedIds(IReadOnlyList<int[]> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var pieces = new List<(int Text, int[] Ids)>();
        bool[] cut = new bool[texts.Count];
        for (int i = 0; i < texts.Count; i++)
        {
            Check(texts[i]);
            cut[i] = texts[i].Length > MaxTokens && _options.LongText == LongText.Truncate;
            pieces.AddRange(Fit(texts[i]).Select(ids => (i, ids)));
        }

        var sums = new float[texts.Count][];
        var tokens = new int[texts.Count];
        lock (_computing)
        {
            foreach (List<(int Text, int[] Ids)> pass in Passes(pieces))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Run(pass, sums, tokens);
            }
        }

        for (int i = 0; i < sums.Length; i++)
        {
            if (_options.Normalize)
            {
                VectorPool.Normalize(sums[i]);
            }
        }

        return new EmbeddingBatch(sums, tokens, cut);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_computing)
        {
            _encoder.Dispose();
            _weights.Dispose();
            _backend.Dispose();
        }
    }

    private void Run(List<(int Text, int[] Ids)> pass, float[][] sums, int[] tokens)
    {
        _encoder.Run([.. pass.Select(piece => piece.Ids)], _states);
        int row = 0;
        float[] pooled = new float[Dimensions];
        foreach ((int text, int[] ids) in pass)
        {
            VectorPool.Pool(_states.AsSpan(row * Dimensions, ids.Length * Dimensions), _options.Pooling ?? Config.Pooling, pooled);
            if (!float.IsFinite(pooled[0]))
            {
                throw new ModelCallException("The model computed numbers that are not finite.");
            }

            // Pieces of one text count by their tokens; a text in one piece is its vector.
            float share = (float)ids.Length / (tokens[text] + ids.Length);
            float[] sum = sums[text] ??= new float[Dimensions];
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += share * (pooled[i] - sum[i]);
            }

            tokens[text] += ids.Length;
            row += ids.Length;
        }
    }

    /// <summary>Passes of texts of similar length, each as full as it gets; long ones first.</summary>
    private IEnumerable<List<(int Text, int[] Ids)>> Passes(List<(int Text, int[] Ids)> pieces)
    {
        var pass = new List<(int Text, int[] Ids)>();
        int rows = 0;
        foreach ((int Text, int[] Ids) piece in pieces.OrderByDescending(piece => piece.Ids.Length))
        {
            if (rows + piece.Ids.Length > _encoder.Rows)
            {
                yield return pass;
                pass = [];
                rows = 0;
            }

            pass.Add(piece);
            rows += piece.Ids.Length;
        }

        if (pass.Count > 0)
        {
            yield return pass;
        }
    }

    private IEnumerable<int[]> Fit(int[] ids)
    {
        if (ids.Length <= MaxTokens)
        {
            return [ids];
        }

        int open = Tokenizer.AddBos ? 1 : 0, close = Tokenizer.AddEos ? 1 : 0;
        int room = MaxTokens - open - close, inner = ids.Length - open - close;
        int[] Piece(int from, int count) => [.. ids[..open], .. ids.AsSpan(open + from, count), .. ids[^close..]];
        if (_options.LongText == LongText.Truncate)
        {
            return [Piece(0, room)];
        }

        int pieces = (inner + room - 1) / room;
        return Enumerable.Range(0, pieces).Select(i => Piece((int)((long)inner * i / pieces), (int)((long)inner * (i + 1) / pieces - (long)inner * i / pieces)));
    }

    private void Check(int[] ids)
    {
        if (ids.Length == 0 || Array.Exists(ids, id => (uint)id >= (uint)Config.VocabularySize))
        {
            throw new ArgumentException($"A text needs token ids from 0 to {Config.VocabularySize - 1}.", nameof(ids));
        }

        if (ids.Length > MaxTokens && _options.LongText == LongText.Refuse)
        {
            throw new BudgetException(
                string.Create(CultureInfo.InvariantCulture, $"A text of {ids.Length:N0} tokens does not fit the {MaxTokens:N0} that {Config.Name} embeds at once."),
                ids.Length, MaxTokens, "Embed shorter passages, or choose to truncate or split long texts.");
        }
    }
}

/// <summary>Vectors of texts.</summary>
/// <param name="Vectors">A vector for each text.</param>
/// <param name="Tokens">Tokens computed for each text.</param>
/// <param name="Truncated">Whether only the beginning of a text was embedded.</param>
public sealed record EmbeddingBatch(IReadOnlyList<float[]> Vectors, IReadOnlyList<int> Tokens, IReadOnlyList<bool> Truncated);
