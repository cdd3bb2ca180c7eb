using System.Diagnostics;
using Agentic.Inference.Gguf;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Diagnostics;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Embeddings;

/// <summary>
/// A model in this process that makes vectors: an embedding model, or a generative one by its pooled states (<see cref="PooledStates"/>).
/// <see cref="GetService"/> answers for <see cref="EmbeddingGeneratorMetadata"/> and for <see cref="EmbeddingModel"/> or <see cref="PooledStates"/>.
/// </summary>
/// <remarks>Thread-safe. The model is loaded at the first use. Texts of one call are computed together; calls of an embedding model wait for each other.</remarks>
public sealed class LocalEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private const string Provider = "agentic";
    private static readonly ActivitySource Source = new("Agentic.Inference");
    private readonly Lazy<ITextEmbedder> _model;
    private readonly string _name;
    private readonly bool _owns;
    private bool _disposed;

    /// <summary>A generator over a loaded model, which it does not dispose.</summary>
    public LocalEmbeddingGenerator(EmbeddingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _name = Path.GetFileNameWithoutExtension(model.Path);
        _model = new(model);
    }

    /// <summary>A generator by the pooled states of a generative model whose host is running.</summary>
    public LocalEmbeddingGenerator(PooledStates states)
    {
        ArgumentNullException.ThrowIfNull(states);
        _name = states.FileName;
        _model = new(states);
    }

    /// <summary>A generator that loads its model at the first use and frees it when disposed.</summary>
    /// <param name="path">Path of the GGUF file, of an embedding model or a generative one; null = <see cref="ModelLocator.DefaultEmbeddingFile"/> in a folder <c>models</c>.</param>
    /// <param name="options">How it is loaded and used.</param>
    /// <exception cref="ModelException">There is no such file.</exception>
    public LocalEmbeddingGenerator(string? path = null, EmbeddingOptions? options = null)
    {
        string file = ModelLocator.FindEmbedding(path);
        _name = Path.GetFileNameWithoutExtension(file);
        _model = new(() => Load(file, options ?? new EmbeddingOptions()));
        _owns = true;
    }

    /// <inheritdoc/>
    /// <exception cref="BudgetException">A text is too long and may not be cut or split.</exception>
    /// <exception cref="ConfigurationException">Another number of dimensions was asked for.</exception>
    /// <exception cref="ModelException">The model cannot be loaded.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        string[] texts = [.. values];
        using Activity? span = Source.StartActivity($"embeddings {_name}", ActivityKind.Internal);
        span?.SetTag("gen_ai.operation.name", "embeddings").SetTag("gen_ai.provider.name", Provider).SetTag("gen_ai.request.model", _name);
        var meter = new ClientMeter(Instruments.Of(null), TimeProvider.System, GenAiTags.Embeddings, _name);
        try
        {
            EmbeddingBatch batch = await EmbedAsync(texts, options, cancellationToken).ConfigureAwait(false);
            long tokens = batch.Tokens.Sum(count => (long)count);
            span?.SetTag("gen_ai.usage.input_tokens", tokens);
            meter.End(null, tokens, null);
            DateTimeOffset now = DateTimeOffset.UtcNow;
            return new GeneratedEmbeddings<Embedding<float>>(batch.Vectors.Select(vector => new Embedding<float>(vector) { ModelId = _name, CreatedAt = now }))
            {
                Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
            };
        }
        catch (Exception failure)
        {
            meter.End(failure, null, null);
            span?.SetTag("error.type", failure.GetType().FullName).SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata(Provider, null, _name, _model.Value.Dimensions)
            : serviceType.IsInstanceOfType(this) ? this
            : (serviceType == typeof(EmbeddingModel) || serviceType == typeof(PooledStates)) && serviceType.IsInstanceOfType(_model.Value) ? _model.Value
            : null;
    }

    /// <summary>Frees the model when this generator loaded it.</summary>
    public void Dispose()
    {
        if (_owns && _model.IsValueCreated && !Interlocked.Exchange(ref _disposed, true))
        {
            _model.Value.Dispose();
        }
    }

    /// <summary>Embeds texts; the batch says of each what it took and whether it was cut.</summary>
    /// <inheritdoc cref="GenerateAsync"/>
    public async Task<EmbeddingBatch> EmbedAsync(IReadOnlyList<string> texts, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ITextEmbedder model = await Task.Run(() => _model.Value, cancellationToken).ConfigureAwait(false);
        if (options?.Dimensions is { } dimensions && dimensions != model.Dimensions)
        {
            throw new ConfigurationException($"{model.Name} makes vectors of {model.Dimensions} numbers, not {dimensions}.", "Leave the number of dimensions out.");
        }

        return await model.EmbedAsync(texts, cancellationToken).ConfigureAwait(false);
    }

    private static ITextEmbedder Load(string path, EmbeddingOptions options)
    {
        bool embeds;
        using (GgufFile file = GgufFile.Open(path))
        {
            embeds = EmbeddingModelConfig.IsEmbeddingModel(file);
        }

        return embeds ? EmbeddingModel.Load(path, options) : PooledStates.Load(path, options);
    }
}
