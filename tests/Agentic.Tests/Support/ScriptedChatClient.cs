using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Agentic.Tests;

/// <summary>A chat client whose replies a test scripts; it notes every call.</summary>
internal sealed class ScriptedChatClient(Func<ScriptedCall, CancellationToken, Task<ChatResponse>> script) : IChatClient
{
    private readonly List<object> _services = [];
    private readonly Lock _lock = new();

    public ScriptedChatClient(params string[] replies)
        : this((call, _) => Task.FromResult(Reply(replies[Math.Min(call.Number, replies.Length - 1)])))
    {
    }

    public ScriptedChatClient(Func<ScriptedCall, string> script)
        : this((call, _) => Task.FromResult(Reply(script(call))))
    {
    }

    public List<ScriptedCall> Calls { get; } = [];

    /// <summary>Adds a capability that <see cref="IChatClient.GetService"/> answers with.</summary>
    public ScriptedChatClient With(object service)
    {
        _services.Add(service);
        return this;
    }

    public static ChatResponse Reply(string text, ChatFinishReason? finish = null) =>
        new(new ChatMessage(ChatRole.Assistant, text)) { FinishReason = finish ?? ChatFinishReason.Stop };

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ScriptedCall call;
        lock (_lock)
        {
            call = new ScriptedCall(Calls.Count, [.. messages], options ?? new ChatOptions());
            Calls.Add(call);
        }

        return await script(call, cancellationToken);
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

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType.IsInstanceOfType(this) ? this : _services.Find(serviceType.IsInstanceOfType);

    public void Dispose()
    {
    }
}

/// <summary>One call that a scripted client got.</summary>
internal sealed record ScriptedCall(int Number, IReadOnlyList<ChatMessage> Messages, ChatOptions Options)
{
    public string Prompt => string.Join("\n", Messages.Select(m => m.Text));
}
