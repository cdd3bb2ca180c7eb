using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using PlatformMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Agentic.Remote;

/// <summary>
/// A model behind an OpenAI-compatible endpoint, by the official client. Answers for <see cref="ITokenCounter"/> (an upper estimate, see
/// <see cref="ITokenCounter.Method"/>), <see cref="IModelProfile"/> and <see cref="ChatClientMetadata"/>; it cannot score continuations.
/// </summary>
/// <remarks>
/// Thread-safe. <see cref="SamplingKeys.ReplyStart"/> is sent as a last message of the assistant, which most endpoints continue; a reply that
/// repeats it loses it. Nothing is retried here: that is the caller's policy. Text only; what cannot be passed on is refused with a
/// <see cref="ConfigurationException"/>.
/// </remarks>
public sealed class RemoteChatClient : IChatClient
{
    private readonly string _address;
    private readonly string _keyVariable;
    private readonly string _model;
    private readonly TimeSpan _timeout;
    private readonly ChatClient _client;
    private readonly RemoteModelProfile _profile;
    private readonly EstimatingTokenCounter _counter = EstimatingTokenCounter.Instance;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Creates the client; nothing is sent yet.</summary>
    /// <exception cref="ConfigurationException">Endpoint or model are missing or wrong.</exception>
    public RemoteChatClient(RemoteModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var endpoint = options.Endpoint!;
        _address = RemoteFailure.Address(endpoint);
        _keyVariable = options.ApiKeyVariable;
        _model = options.Model!;
        _timeout = options.Timeout;
        _profile = new(options);
        _metadata = new("agentic.remote", endpoint, _model);
        var key = options.ApiKey ?? Environment.GetEnvironmentVariable(options.ApiKeyVariable);
        _client = new(_model, new ApiKeyCredential(string.IsNullOrWhiteSpace(key) ? "none" : key.Trim()), new OpenAIClientOptions
        {
            Endpoint = endpoint,
            NetworkTimeout = _timeout,
            RetryPolicy = new ClientRetryPolicy(0),
        });
    }

    /// <inheritdoc/>
    /// <exception cref="ModelCallException">The endpoint cannot be reached, refuses, is too slow or answers something else.</exception>
    /// <exception cref="ConfigurationException">A message or an option cannot be passed on.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<PlatformMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var mapped = OptionsMapper.Map(options, _model, out var replyStart);
        var prompt = MessageMapper.Map(messages, options?.Instructions, replyStart);
        try
        {
            var completion = await _client.CompleteChatAsync(prompt, mapped, cancellationToken).ConfigureAwait(false);
            return ResponseMapper.Map(completion.Value, _model, new ReplyStartFilter(replyStart));
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw RemoteFailure.From(exception, _address, _timeout, _keyVariable);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ModelCallException">As for a whole reply; also when the stream ends without a finish reason.</exception>
    /// <exception cref="ConfigurationException">A message or an option cannot be passed on.</exception>
    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<PlatformMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var mapped = OptionsMapper.Map(options, _model, out var replyStart);
        return Stream(MessageMapper.Map(messages, options?.Instructions, replyStart), mapped, new ReplyStartFilter(replyStart), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType == typeof(ITokenCounter) ? _counter
            : serviceType == typeof(IModelProfile) ? _profile
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType == typeof(ChatClient) ? _client
            : null;
    }

    /// <summary>Nothing to free: connections belong to the OpenAI client's shared transport.</summary>
    public void Dispose()
    {
    }

    private async IAsyncEnumerable<ChatResponseUpdate> Stream(List<OpenAI.Chat.ChatMessage> prompt, ChatCompletionOptions options, ReplyStartFilter start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var first = TimeSpan.Zero;
        var output = new StringBuilder();
        var finished = false;
        var messageId = Guid.NewGuid().ToString("N");
        await using var updates = _client.CompleteChatStreamingAsync(prompt, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await Next(updates, cancellationToken).ConfigureAwait(false) is { } update)
        {
            var text = ResponseMapper.Text(update);
            first = first == TimeSpan.Zero && text.Length > 0 ? clock.Elapsed : first;
            output.Append(text);
            finished |= update.FinishReason is not null;
            text = start.Append(text) + (update.FinishReason is not null ? start.Flush() : "");
            var usage = ResponseMapper.Map(update.Usage);
            if (usage is not null)
            {
                _profile.Measured(usage.InputTokenCount, first, usage.OutputTokenCount, clock.Elapsed - first);
            }
            yield return Map(update, text, usage, messageId);
        }
        if (!finished)
        {
            throw RemoteFailure.Incomplete(_address, output.ToString());
        }
    }

    private async Task<StreamingChatCompletionUpdate?> Next(IAsyncEnumerator<StreamingChatCompletionUpdate> updates, CancellationToken cancellationToken)
    {
        try
        {
            return await updates.MoveNextAsync().ConfigureAwait(false) ? updates.Current : null;
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw RemoteFailure.From(exception, _address, _timeout, _keyVariable);
        }
    }

    private ChatResponseUpdate Map(StreamingChatCompletionUpdate update, string text, UsageDetails? usage, string messageId)
    {
        var mapped = new ChatResponseUpdate(ChatRole.Assistant, text)
        {
            MessageId = messageId,
            ResponseId = update.CompletionId,
            ModelId = string.IsNullOrEmpty(update.Model) ? _model : update.Model,
            CreatedAt = update.CreatedAt,
            FinishReason = update.FinishReason is { } reason ? ResponseMapper.Map(reason) : null,
            AdditionalProperties = ResponseMapper.LogProbabilities(update.ContentTokenLogProbabilities),
            RawRepresentation = update,
        };
        if (usage is not null)
        {
            mapped.Contents.Add(new UsageContent(usage));
        }
        return mapped;
    }
}
