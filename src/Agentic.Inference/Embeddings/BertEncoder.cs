using Agentic.Inference.Attention;
using Agentic.Inference.Backends;
using Agentic.Inference.KvCache;

namespace Agentic.Inference.Embeddings;

/// <summary>
/// The forward pass of BERT (Devlin et al. 2018): word, position and type embeddings, a norm, then layers of attention over the whole text and
/// a feed-forward network, each added to its input and normed afterwards.
/// </summary>
internal sealed class BertEncoder : IDisposable
{
    private const int PageTokens = KvPageFormat.PageTokens;
    private readonly IComputeBackend _backend;
    private readonly EmbeddingModelConfig _config;
    private readonly BertWeights _weights;
    private readonly List<IDisposable> _owned = [];
    private readonly DeviceKvPool _pool;
    private readonly DeviceBuffer _tokens, _positions, _types, _hidden, _queryKeyValue, _mixed, _wide;
    private readonly List<SequenceRows> _sequences = [];
    private readonly int[] _places;
    private readonly AttentionCall _attention;

    /// <summary>Allocates buffers for so many rows. A layer's keys and values take the place of those before it: one layer of pages serves all.</summary>
    public BertEncoder(IComputeBackend backend, EmbeddingModelConfig config, BertWeights weights, int rows)
    {
        (_backend, _config, _weights, Rows) = (backend, config, weights, rows);
        int width = config.EmbeddingLength, head = width / config.HeadCount;
        _pool = Own(backend.CreateKvPool(new KvPageFormat(KvType.Float32, 1, config.HeadCount, head, head), rows / PageTokens + rows));
        _tokens = Own(backend.Allocate(ElementType.Int32, rows));
        _positions = Own(backend.Allocate(ElementType.Int32, rows));
        _types = Own(backend.Allocate(ElementType.Int32, rows));
        _hidden = Own(backend.Allocate(ElementType.Float32, (long)rows * width));
        _queryKeyValue = Own(backend.Allocate(ElementType.Float32, 3L * rows * width));
        _mixed = Own(backend.Allocate(ElementType.Float32, (long)rows * width));
        _wide = Own(backend.Allocate(ElementType.Float32, (long)rows * config.FeedForwardLength));
        _places = new int[rows];
        backend.Write(_types, 0, new int[rows]);
        _attention = new AttentionCall
        {
            Pool = _pool,
            Layer = 0,
            Sequences = _sequences,
            Segments = [new AttentionSegment { Mask = AttentionMask.Bidirectional }],
            Queries = [_queryKeyValue],
            QueryStride = 3 * width,
            QueryHeads = config.HeadCount,
            Output = _mixed,
            Scale = 1 / MathF.Sqrt(head),
        };
    }

    /// <summary>Most rows of a run.</summary>
    public int Rows { get; }

    /// <summary>Encodes texts, one after the other in <paramref name="states"/>, a vector a token.</summary>
    /// <param name="texts">Token ids of each text, opened and closed; together at most <see cref="Rows"/>.</param>
    /// <param name="states">Receives (tokens of all texts) · width values.</param>
    public void Run(IReadOnlyList<int[]> texts, Span<float> states)
    {
        int rows = Place(texts);
        int width = _config.EmbeddingLength;
        _backend.Embed(_weights.Tokens, _tokens, rows, _hidden);
        _backend.Embed(_weights.Positions, _positions, rows, _hidden, accumulate: true);
        _backend.Embed(_weights.Types, _types, rows, _hidden, accumulate: true);
        Norm(_weights.EmbeddingNorm, rows);
        foreach (BertLayer layer in _weights.Layers)
        {
            _backend.MatMul(layer.QueryKeyValue.Matrix, _hidden, rows, _queryKeyValue, layer.QueryKeyValue.Bias);
            _backend.AppendKv(_pool, 0, _sequences, _queryKeyValue, 3 * width, width, 2 * width);
            _backend.Attend(_attention);
            _backend.MatMul(layer.AttentionOutput.Matrix, _mixed, rows, _hidden, layer.AttentionOutput.Bias, accumulate: true);
            Norm(layer.AttentionNorm, rows);
            _backend.MatMul(layer.Up.Matrix, _hidden, rows, _wide, layer.Up.Bias);
            _backend.Activate(Activation.GeluErf, _wide, (long)rows * _config.FeedForwardLength);
            _backend.MatMul(layer.Down.Matrix, _wide, rows, _hidden, layer.Down.Bias, accumulate: true);
            Norm(layer.OutputNorm, rows);
        }

        _backend.Read(_hidden, 0, states[..(rows * width)]);
    }

    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }
    }

    /// <summary>Writes ids and positions; every text gets pages of its own.</summary>
    private int Place(IReadOnlyList<int[]> texts)
    {
        _sequences.Clear();
        int rows = 0, page = 0;
        foreach (int[] ids in texts)
        {
            int pages = (ids.Length + PageTokens - 1) / PageTokens;
            _sequences.Add(new SequenceRows(rows, ids.Length, 0, [.. Enumerable.Range(page, pages)]));
            _backend.Write(_tokens, rows, ids);
            for (int i = 0; i < ids.Length; i++)
            {
                _places[rows + i] = i;
            }

            rows += ids.Length;
            page += pages;
        }

        _backend.Write(_positions, 0, _places.AsSpan(0, rows));
        return rows;
    }

    private void Norm(Models.Blocks.NormWeights norm, int rows) =>
        _backend.LayerNorm(_hidden, norm.Weight, norm.Bias, _config.NormEpsilon, rows, _config.EmbeddingLength, _hidden);

    private T Own<T>(T owned) where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
