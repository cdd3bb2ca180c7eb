using System.Runtime.CompilerServices;
using Agentic.Inference.Embeddings;
using Agentic.Inference.Hosting.Chat;
using Agentic.Inference.Hosting.Prefixes;
using Agentic.Inference.Hosting.Probing;
using Agentic.Inference.Hosting.Sessions;
using Agentic.Inference.Models;
using Agentic.Inference.Tokenization;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting;

/// <summary>
/// The model in this process as a chat client. <see cref="GetService"/> answers for <see cref="ITokenCounter"/>, <see cref="IScoringTokens"/>,
/// <see cref="IContinuationScorer"/>, <see cref="IPromptScorer"/>, <see cref="IAttentionProbe"/>, <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> (pooled states), <see cref="IModelProfile"/>, <see cref="IPrefixStore"/>, <see cref="ITokenSessions"/>, <see cref="ChatClientMetadata"/>, <see cref="ModelHost"/>,
/// <see cref="LanguageModel"/> and <see cref="Tokenizer"/>.
/// </summary>
/// <remarks>
/// Thread-safe; concurrent calls share the engine's steps. Without options it is greedy, and a reply may fill the window. Penalties look at the
/// tokens of the reply, not of the prompt. A given <see cref="ChatOptions.Seed"/> fixes the text whatever else runs. What cannot be done (images,
/// other tools than functions) is refused with a <see cref="ConfigurationException"/>. Text of messages and tools never forms special tokens.
/// <see cref="ChatResponseFormat.Json"/> makes every reply one JSON object, <see cref="ChatResponseFormat.ForJsonSchema(System.Text.Json.JsonElement, string?, string?)"/>
/// a value of the schema, which the model is told (<see cref="SamplingKeys.TellSchema"/>); <see cref="ConstraintKeys"/> hold it to other forms. A reply
/// cut at its limit says so by its finish reason, or is closed in time (<see cref="SamplingKeys.CloseAtLimit"/>).
/// <see cref="ChatOptions.Tools"/> are functions that the model may call: calls come back as <see cref="FunctionCallContent"/> whose arguments meet the
/// tool's schema and are never made here; see <see cref="ToolFormat"/>.
/// Thoughts between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c>, for models whose template knows them, come as <see cref="TextReasoningContent"/>.
/// </remarks>
public sealed class LocalChatClient : IChatClient
{
    private const string Provider = "agentic";
    private readonly Lazy<Loaded> _loaded;
    private readonly string _model;
    private readonly bool _ownsHost;

    /// <summary>A client of a running host, which it does not dispose.</summary>
    public LocalChatClient(ModelHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        _model = Path.GetFileNameWithoutExtension(host.Model.Path);
        _loaded = new(new Loaded(host, _model));
    }

    /// <summary>A client that loads its model at the first use and frees it when disposed.</summary>
    public LocalChatClient(LocalModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string path = ModelLocator.Find(options.ModelPath);
        _model = Path.GetFileNameWithoutExtension(path);
        _loaded = new(() => new Loaded(ModelHost.Load(path, options.ToModelOptions(), options.ToHostOptions()), _model));
        _ownsHost = true;
    }

    /// <summary>The host; loads the model if nobody has yet.</summary>
    /// <exception cref="ModelException">The file cannot be read or is not supported.</exception>
    public ModelHost Host => _loaded.Value.Host;

    /// <summary>Loads a model file now and returns a client that owns it.</summary>
    /// <exception cref="ModelException">The file cannot be read or is not supported.</exception>
    /// <exception cref="ConfigurationException">An option is out of range.</exception>
    public static LocalChatClient Load(string path, ModelOptions? model = null, HostOptions? host = null) => new(ModelHost.Load(path, model, host), ownsHost: true);

    private LocalChatClient(ModelHost host, bool ownsHost) : this(host) => _ownsHost = ownsHost;

    /// <inheritdoc/>
    /// <exception cref="BudgetException">Prompt and reply do not fit the window.</exception>
    /// <exception cref="ConfigurationException">An option or a message cannot be served.</exception>
    /// <exception cref="ModelCallException">The model failed while computing.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        messages = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        LocalCall call = LocalCall.Prepare(_loaded.Value.Counter, messages, options, _model);
        using var span = ChatSpan.Start(Host.Options, _model, call, messages, streaming: false);
        try
        {
            await foreach (GenerationUpdate update in Host.GenerateAsync(call.Request, cancellationToken).ConfigureAwait(false))
            {
                call.Add(update);
            }

            span.Finish(call);
            return call.ToResponse();
        }
        catch (Exception exception)
        {
            span.Fail(exception);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="BudgetException">Prompt and reply do not fit the window.</exception>
    /// <exception cref="ConfigurationException">An option or a message cannot be served.</exception>
    /// <exception cref="ModelCallException">The model failed while computing.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        messages = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        LocalCall call = LocalCall.Prepare(_loaded.Value.Counter, messages, options, _model);
        return Stream(call, messages, Host.GenerateAsync(call.Request, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
        {
            return null;
        }

        return serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata(Provider, null, _model)
            : serviceType.IsInstanceOfType(this) ? this
            : _loaded.Value.Service(serviceType);
    }

    /// <summary>Frees the model when this client loaded it.</summary>
    public void Dispose()
    {
        if (_ownsHost && _loaded.IsValueCreated)
        {
            Host.Dispose();
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> Stream(LocalCall call, IEnumerable<ChatMessage> messages, IAsyncEnumerable<GenerationUpdate> updates, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var span = ChatSpan.Start(Host.Options, _model, call, messages, streaming: true);
        yield return call.First();
        await using IAsyncEnumerator<GenerationUpdate> source = updates.GetAsyncEnumerator(cancellationToken);
        while (await Next(source, span).ConfigureAwait(false))
        {
            if (call.Add(source.Current) is { } update)
            {
                span.Chunk();
                yield return update;
            }
        }

        span.Finish(call);
    }

    private static async Task<bool> Next(IAsyncEnumerator<GenerationUpdate> source, ChatSpan span)
    {
        try
        {
            return await source.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            span.Fail(exception);
            throw;
        }
    }

    /// <summary>A host with the capabilities built on it.</summary>
    private sealed class Loaded(ModelHost host, string model)
    {
        private readonly LocalModelProfile _profile = new(model, host.Model, host.Options);
        private readonly LocalScorer _scorer = new(host);
        private readonly PrefixStore _prefixes = new(host);
        private readonly TokenSessions _sessions = new(host, model);
        private readonly LocalAttentionProbe _probe = new(host);

        public ModelHost Host => host;

        public LocalTokenCounter Counter { get; } = new(host);

        public object? Service(Type type) =>
            type == typeof(ITokenCounter) || type == typeof(IScoringTokens) ? Counter
            : type == typeof(IContinuationScorer) || type == typeof(IPromptScorer) ? _scorer
            : type == typeof(IAttentionProbe) ? _probe
            : type == typeof(IEmbeddingGenerator<string, Embedding<float>>) ? new LocalEmbeddingGenerator(new PooledStates(host))
            : type == typeof(IModelProfile) ? _profile
            : type == typeof(IPrefixStore) ? _prefixes
            : type == typeof(ITokenSessions) ? _sessions
            : type == typeof(ModelHost) ? host
            : type == typeof(LanguageModel) ? host.Model
            : type == typeof(Tokenizer) ? host.Tokenizer
            : null;
    }

    private sealed class LocalScorer(ModelHost host) : IContinuationScorer, IPromptScorer
    {
        public Task<IReadOnlyList<ScoringResult>> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken = default) =>
            host.ScoreAsync(requests, cancellationToken);

        public Task<IReadOnlyList<PromptScore>> ScorePromptsAsync(IReadOnlyList<IReadOnlyList<int>> prompts, IReadOnlyList<int>? from = null, CancellationToken cancellationToken = default) =>
            host.ScorePromptsAsync(prompts, from, cancellationToken);
    }
}
