using System.Diagnostics;
using System.Runtime.InteropServices;
using Agentic.Inference.Backends;
using Agentic.Inference.Gguf;
using Agentic.Inference.KvCache;
using Agentic.Inference.Models.Blocks;
using Agentic.Inference.Models.Tensors;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.Models;

/// <summary>A loaded model: weights and cache in a backend's memory, and one forward pass at a time over a batch of rows.</summary>
/// <remarks>
/// Properties are thread-safe. <see cref="Run"/>, the cache and its sequences belong to one thread at a time (the engine's). The file is
/// closed once everything is loaded. On a CPU a row's results are bit-identical whatever shares its batch and however its prompt was cut.
/// </remarks>
public sealed class LanguageModel : IDisposable
{
    private readonly SharedWeights _weights;
    private readonly Activations _buffers;
    private readonly TransformerGraph _graph;
    private readonly OutputHead _head;
    private readonly int[] _positions;
    private readonly int[] _stateOf;
    private readonly List<int> _kept = [];

    private LanguageModel(GgufFile file, ModelOptions options, IComputeBackend backend, bool alone)
    {
        Backend = backend;
        Path = file.Path;
        Config = ModelConfig.Read(file);
        Tokenizer = Tokenizer.FromGguf(file);
        ChunkTokens = options.ChunkTokens;
        WeightsId = WeightsHash.Compute(file);
        int window = options.Window ?? Config.ContextLength;
        if (window > Config.ContextLength)
        {
            throw new ConfigurationException($"A window of {window} tokens is larger than the {Config.ContextLength} that {Config.Name} was trained for.", "Choose a smaller window.");
        }

        var format = new KvPageFormat(options.KvType, Config.BlockCount, Config.HeadCountKv, Config.KeyDim, Config.ValueDim);
        int pages = KvMemory.Pages(format, window, options.KvMemoryBytes);
        Window = (int)Math.Min(window, (long)pages * KvPageFormat.PageTokens);
        ModelRotation rotation = ModelRotation.Read(file, Config, Window);
        PositionScheme = rotation.Identity;
        TensorCatalog tensors = TensorCatalog.Read(file, Config);
        try
        {
            _weights = SharedWeights.Take(backend, file, tensors, WeightsId, alone);
            Cache = new PagedKvCache(backend, format, pages);
            _buffers = new Activations(backend, Config, ChunkTokens);
        }
        catch
        {
            Cache?.Dispose();
            _weights?.Dispose();
            throw;
        }

        _graph = new TransformerGraph(backend, Config, Weights, rotation, _buffers, Cache.Pool);
        _head = new OutputHead(backend, Config, Weights, _buffers, Timings);
        _positions = new int[ChunkTokens];
        _stateOf = new int[ChunkTokens];
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>The model's hyper-parameters.</summary>
    public ModelConfig Config { get; }

    /// <summary>The model's own tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Where it computes.</summary>
    public IComputeBackend Backend { get; }

    /// <summary>The pages for keys and values; sequences start here.</summary>
    public PagedKvCache Cache { get; }

    /// <summary>Tokens that one sequence may hold.</summary>
    public int Window { get; }

    /// <summary>Most rows in one <see cref="Run"/>.</summary>
    public int ChunkTokens { get; }

    /// <summary>Identifies the weights: a hash over the file's header and blocks of every tensor. Equal files have equal ids wherever they lie.</summary>
    public string WeightsId { get; }

    /// <summary>Names how positions enter keys and queries: equal names, equal angles.</summary>
    public string PositionScheme { get; }

    /// <summary>Measured speed.</summary>
    public ModelTimings Timings { get; } = new();

    /// <summary>Bytes that are held for this model: cache, buffers, and weights, also where other models of the same file use them too.</summary>
    public long ResidentBytes => Backend.ResidentBytes + (ReferenceEquals(_weights.Uploader, Backend) ? 0 : _weights.Bytes);

    /// <summary>The weights; models of one file have the same.</summary>
    internal ModelWeights Weights => _weights.Weights;

    /// <summary>Looks at the residual stream of a step's rows after the embedding (−1) and after every layer (from 0), while set. For finding faults: it makes the host wait for every layer.</summary>
    internal Action<int, DeviceBuffer, int>? Watch { set => _graph.Watch = value; }

    /// <summary>Opens a GGUF file, repacks its weights into a backend's memory, unless another model of this process has done so for the same file and kind of backend, and sizes the cache.</summary>
    /// <exception cref="ModelException">The file cannot be read, is damaged, or holds what is not supported.</exception>
    /// <exception cref="ConfigurationException">An option is out of range.</exception>
    public static LanguageModel Load(string path, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        using GgufFile file = GgufFile.Open(path);
        return Load(file, options);
    }

    /// <summary>Loads an opened file into a backend made as the options say, sharing weights.</summary>
    internal static LanguageModel Load(GgufFile file, ModelOptions options) => Load(file, options, BackendFactory.Create(options.Backend), alone: false);

    /// <summary>Loads an opened file into a given backend, which the model owns from then on (also when loading fails). Its weights are its own.</summary>
    /// <exception cref="ModelException">The file is damaged or holds what is not supported.</exception>
    /// <exception cref="ConfigurationException">An option is out of range.</exception>
    public static LanguageModel Load(GgufFile file, ModelOptions options, IComputeBackend backend) => Load(file, options, backend, alone: true);

    private static LanguageModel Load(GgufFile file, ModelOptions options, IComputeBackend backend, bool alone)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(backend);
        try
        {
            if (options.ChunkTokens < 1 || options.Window is < 1 || options.KvMemoryBytes is < 1)
            {
                throw new ConfigurationException("Chunk, window and cache memory must be positive.");
            }

            return new LanguageModel(file, options, backend, alone);
        }
        catch
        {
            backend.Dispose();
            throw;
        }
    }

    /// <summary>One forward pass: appends the batch's tokens to their sequences and answers its requests.</summary>
    /// <exception cref="ArgumentException">The batch is empty, has more rows than <see cref="ChunkTokens"/>, or names a token, layer or head that does not exist.</exception>
    /// <exception cref="BudgetException">A sequence would grow beyond <see cref="Window"/>; nothing has changed.</exception>
    /// <exception cref="KvCacheFullException">The pool has too few free pages; nothing has changed.</exception>
    /// <exception cref="ObjectDisposedException">A sequence of the batch is disposed; nothing has changed.</exception>
    public void Run(StepBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Check(batch);
        Reserve(batch);
        long start = Stopwatch.GetTimestamp();
        int row = 0;
        _graph.Sequences.Clear();
        for (int i = 0; i < batch.SequenceCount; i++)
        {
            KvSequence sequence = batch.Sequences[i];
            _graph.Sequences.Add(new SequenceRows(row, batch.Counts[i], sequence.Length, sequence.PageTable));
            for (int r = 0; r < batch.Counts[i]; r++)
            {
                _positions[row++] = sequence.Length + r;
            }
        }

        KeepWantedRows(batch);
        Backend.Write(_buffers.Tokens, 0, CollectionsMarshal.AsSpan(batch.Tokens));
        Backend.Write(_buffers.Positions, 0, _positions.AsSpan(0, row));
        Backend.Write(_buffers.Kept, 0, CollectionsMarshal.AsSpan(_kept));
        _graph.Run(row, _kept.Count, batch.AttentionRequests);
        _head.Answer(batch, _stateOf);
        int from = 0;
        for (int i = 0; i < batch.SequenceCount; i++)
        {
            batch.Sequences[i].Advance(CollectionsMarshal.AsSpan(batch.Tokens).Slice(from, batch.Counts[i] - batch.Drafts[i]));
            from += batch.Counts[i];
        }

        foreach (AttentionRequest request in batch.AttentionRequests)
        {
            request.Sum.Count(request.Rows);
        }

        Timings.Record(row, batch.SequenceCount, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Frees weights, cache and backend.</summary>
    public void Dispose()
    {
        _buffers.Dispose();
        Cache.Dispose();
        _weights.Dispose();
        Backend.Dispose();
    }

    private void Check(StepBatch batch)
    {
        if (batch.Rows == 0 || batch.Rows > ChunkTokens)
        {
            throw new ArgumentException($"A step takes 1 to {ChunkTokens} rows, not {batch.Rows}.", nameof(batch));
        }

        foreach (int token in batch.Tokens)
        {
            if ((uint)token >= (uint)Config.VocabularySize)
            {
                throw new ArgumentException($"Token {token} does not exist: the vocabulary has {Config.VocabularySize}.", nameof(batch));
            }
        }

        foreach (int target in batch.Targets)
        {
            if ((uint)target >= (uint)Config.VocabularySize)
            {
                throw new ArgumentException($"Token {target} does not exist: the vocabulary has {Config.VocabularySize}.", nameof(batch));
            }
        }

        for (int i = 0; i < batch.SequenceCount; i++)
        {
            if (!ReferenceEquals(batch.Sequences[i].Cache, Cache))
            {
                throw new ArgumentException("A sequence belongs to another model's cache.", nameof(batch));
            }

            int length = batch.Sequences[i].Length + batch.Counts[i];
            if (length > Window)
            {
                throw new BudgetException($"A sequence of {length} tokens does not fit the window of {Window}.", length, Window);
            }
        }

        AttentionReader.Check(batch, Config);
    }

    private void Reserve(StepBatch batch)
    {
        int missing = Cache.TryReserve(CollectionsMarshal.AsSpan(batch.Sequences), CollectionsMarshal.AsSpan(batch.Counts));
        if (missing > 0)
        {
            throw new KvCacheFullException(Cache.FreePages + missing, Cache.FreePages, Cache.TotalPages);
        }
    }

    /// <summary>Lists the rows that have requests, in order, and where their final states will lie.</summary>
    private void KeepWantedRows(StepBatch batch)
    {
        Span<int> stateOf = _stateOf.AsSpan(0, batch.Rows);
        stateOf.Fill(-1);
        foreach (OutputRequest request in batch.Requests)
        {
            stateOf[request.Row] = 0;
        }

        _kept.Clear();
        for (int row = 0; row < stateOf.Length; row++)
        {
            if (stateOf[row] == 0)
            {
                stateOf[row] = _kept.Count;
                _kept.Add(row);
            }
        }
    }
}
