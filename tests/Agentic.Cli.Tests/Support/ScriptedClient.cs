using System.Runtime.CompilerServices;
using Agentic.Cli.Models;
using Microsoft.Extensions.AI;

namespace Agentic.Cli.Tests.Support;

/// <summary>A model whose replies the test writes. Counts nothing itself, so that the library estimates.</summary>
internal sealed class ScriptedClient(Func<string, string> reply) : IChatClient, IClientFactory
{
    private int _calls;

    public int Calls => _calls;

    /// <summary>Waits for the test, or for cancellation, before it replies.</summary>
    public Task Gate { get; init; } = Task.CompletedTask;

    public TaskCompletionSource Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IChatClient> OpenAsync(ModelChoice choice, CancellationToken cancellationToken) => Task.FromResult<IChatClient>(this);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        Called.TrySetResult();
        await Gate.WaitAsync(cancellationToken);
        string text = reply(string.Join('\n', messages.Select(m => m.Text)));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text))
        {
            FinishReason = ChatFinishReason.Stop,
            Usage = new UsageDetails { InputTokenCount = 100, OutputTokenCount = 7 },
        };
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }
}
