using Agentic.Runs;
using Microsoft.Extensions.AI;

namespace Agentic.Tests.Runs;

public class CallHashTests
{
    [Fact]
    public void Add_Priority_IsNoPartOfWhatIsAsked()
    {
        string plain = Hash([]);
        Assert.Equal(plain, Hash(new() { [SamplingKeys.Priority] = "batch" }));
        Assert.NotEqual(plain, Hash(new() { [SamplingKeys.RepetitionPenalty] = 1.5f }));
    }

    private static string Hash(AdditionalPropertiesDictionary extra)
    {
        using var hash = new CallHash();
        hash.Add([new ChatMessage(ChatRole.User, "Hello")], new ChatOptions { AdditionalProperties = extra });
        return hash.Done();
    }
}
