using System.Diagnostics;
using Agentic.Inference.Hosting;
using Agentic.Inference.Hosting.Diagnostics;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Embeddings;

/// <summary>
/// An embedding model in this process. <see cref="GetService"/> answers for <see cref="EmbeddingGeneratorMetadata"/> and <see cref="EmbeddingModel"/>.
/// </summary>
/// <remarks>Thread-safe. The model is loaded at the first use. Texts of one call are computed together; calls wait for each other.</remarks>
public sealed class LocalEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private const string Provider = "agentic";
    private static readonly ActivitySource Source = new("Agentic.Inference");
    private readonly Lazy<EmbeddingModel> _model;
    private readonly string _name;
    private readonly bool _owns;

    /// <summary>A generator over a loaded model, which it does not dispose.</summary>
    public LocalEmbeddingGenerator(EmbeddingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _name = Path.GetFileNameWithoutExtension(model.Path);
        _model = new(model);
    }

    /// <summary>A generator that loads its model at the first use and frees it when disposed.</summary>
    /// <param name="path">Path of the GGUF file; null = <see cref="ModelLocator.DefaultEmbeddingFile"/> in a folder <c>models</c>.</param>
    /// <param name="options">How it is loaded and used.</param>
    /// <exception cref="ModelException">There is no such file.</exception>
    public LocalEmbeddingGenerator(string? path = null, EmbeddingOptions? options = null)
    {
        string file = ModelLocator.FindEmbedding(path);
        _name = Path.GetFileNameWithoutExtension(file);
        _model = new(() => EmbeddingModel.Load(file, options));
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
            EmbeddingBatch batch = await Task.Run(() => Embed(texts, options, cancellationToken), cancellationToken).ConfigureAwait(false);
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
            : serviceType == typeof(EmbeddingModel) ? _model.Value
            : null;
    }

    /// <summary>Frees the model when this generator loaded it.</summary>
    public void Dispose()
    {
        if (_owns && _model.IsValueCreated)
        {
            _model.Value.Dispose();
        }
    }

    private EmbeddingBatch Embed(string[] texts, EmbeddingGenerationOptions? options, CancellationToken cancellationToken)
    {
        EmbeddingModel model = _model.Value;
        if (options?.Dimensions is { } dimensions && dimensions != model.Dimensions)
        {
            throw new ConfigurationException($"{model.Config.Name} makes vectors of {model.Dimensions} numbers, not {dimensions}.", "Leave the number of dimensions out.");
        }

        return model.Embed(texts, cancellationToken);
    }
}
