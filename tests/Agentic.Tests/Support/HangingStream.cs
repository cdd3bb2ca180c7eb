using Microsoft.Extensions.AI;

namespace Agentic.Tests;

/// <summary>A client whose stream gives one update, then hangs whatever it is told, until a test lets it go on.</summary>
internal sealed class HangingStream : IChatClient, IAsyncEnumerable<ChatResponseUpdate>, IAsyncEnumerator<ChatResponseUpdate>
{
    private int _moves;

    public TaskCompletionSource Asked { get; } = new();

    public TaskCompletionSource<bool> Next { get; } = new();

    public TaskCompletionSource Disposed { get; } = new();

    public ChatResponseUpdate Current { get; } = new(ChatRole.Assistant, "two words");

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => this;

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

    public ValueTask<bool> MoveNextAsync()
    {
        if (_moves++ == 0)
        {
            return ValueTask.FromResult(true);
        }

        Asked.SetResult();
        return new ValueTask<bool>(Next.Task);
    }

    public ValueTask DisposeAsync()
    {
        Disposed.SetResult();
        return ValueTask.CompletedTask;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
