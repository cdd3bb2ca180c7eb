using Agentic.Conformance;
using Microsoft.Extensions.AI;

namespace Agentic.Remote.Tests;

public sealed class RemoteConformanceTests : ChatClientConformance, IDisposable
{
    private const string Start = """{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":""";
    private const string Usage = """{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}""";

    private readonly ScriptedEndpoint _endpoint = ScriptedEndpoint.Chat(
        $$$"""{"id":"c1","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello, you."},"logprobs":null,"finish_reason":"stop"}],"usage":{{{Usage}}}}""",
        Start + """{"role":"assistant","content":""},"finish_reason":null}],"usage":null}""",
        Start + """{"content":"Hello"},"finish_reason":null}],"usage":null}""",
        Start + """{"content":", you."},"finish_reason":null}],"usage":null}""",
        Start + """{},"finish_reason":"stop"}],"usage":null}""",
        $$$"""{"id":"c1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[],"usage":{{{Usage}}}}""",
        "[DONE]");

    public RemoteConformanceTests() => Client = Create();

    protected override IChatClient Client { get; }

    public void Dispose()
    {
        Client.Dispose();
        _endpoint.Dispose();
    }

    protected override IChatClient Create() => new RemoteChatClient(new() { Endpoint = _endpoint.Uri, Model = "m" });
}
