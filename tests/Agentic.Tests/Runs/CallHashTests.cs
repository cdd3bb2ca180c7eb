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

    [Fact]
    public void Add_ListsAndMaps_CountByWhatIsInThem()
    {
        Assert.NotEqual(Hash(new() { [ConstraintKeys.Choices] = (string[])["yes", "no"] }), Hash(new() { [ConstraintKeys.Choices] = (string[])["yes", "none"] }));
        Assert.Equal(Hash(new() { [ConstraintKeys.Choices] = (string[])["yes", "no"] }), Hash(new() { [ConstraintKeys.Choices] = (List<string>)["yes", "no"] }));
        Assert.NotEqual(Hash(new() { [SamplingKeys.LogitBias] = new Dictionary<int, float> { [1] = 1 } }), Hash(new() { [SamplingKeys.LogitBias] = new Dictionary<int, float> { [1] = 2 } }));
    }

    private static string Hash(AdditionalPropertiesDictionary extra)
    {
        using var hash = new CallHash();
        hash.Add([new ChatMessage(ChatRole.User, "Hello")], new ChatOptions { AdditionalProperties = extra });
        return hash.Done();
    }
}
