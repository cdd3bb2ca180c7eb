using Agentic.Conformance;
using Agentic.Inference.Hosting;
using Microsoft.Extensions.AI;
using Xunit;

namespace Agentic.Inference.Tests.Hosting;

[Collection(EmbeddedModelTests.Name)]
public sealed class LocalConformanceTests(EmbeddedModel model) : ChatClientConformance
{
    protected override IChatClient Client => model.Client;

    protected override IChatClient Create() => new LocalChatClient(model.Client.Host);
}
