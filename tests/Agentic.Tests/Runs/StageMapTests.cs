using Agentic.Agents;
using Agentic.Runs;

namespace Agentic.Tests.Runs;

public class StageMapTests
{
    private static readonly int[] Items = [.. Enumerable.Range(0, 12)];

    [Fact]
    public async Task Run_EndsInAnyOrder_ResultsComeInTheirs()
    {
        int most = 0;
        int now = 0;
        MapResult<string> result = await StageMap.RunAsync(Caller(), "map", Items, async (_, item, _, token) =>
        {
            int at = Interlocked.Increment(ref now);
            InterlockedMax(ref most, at);
            await Task.Delay((12 - item) * 3, token);
            Interlocked.Decrement(ref now);
            return $"{item}";
        }, new MapOptions(4, FailurePolicy.Skip, null), default);

        Assert.Equal(Items.Select(i => $"{i}"), result.Results);
        Assert.InRange(most, 2, 4);
    }

    [Fact]
    public async Task Run_OneFails_IsADeadLetterAndTheOthersGoOn()
    {
        AgentCaller caller = Caller();
        MapResult<string> result = await StageMap.RunAsync(caller, "map", Items, Failing(3), new MapOptions(4, FailurePolicy.Skip, null), default);

        Assert.Null(result.Results[3]);
        Assert.Equal(11, result.Results.Count(r => r is not null));
        DeadLetter letter = Assert.Single(caller.Session.DeadLetters);
        Assert.Equal(("map", 3, "broken"), (letter.Stage, letter.Chunk, letter.Error));
    }

    [Fact]
    public async Task Run_OneFailsAndMustNot_Throws() =>
        await Assert.ThrowsAsync<ModelCallException>(() => StageMap.RunAsync(Caller(), "map", Items, Failing(3), new MapOptions(4, FailurePolicy.Fail, null), default));

    [Fact]
    public async Task Run_OneFails_TheOtherModelIsAsked()
    {
        AgentCaller caller = Caller();
        var other = new ModelAccess(new ScriptedChatClient("x").With(new WordTokens(99)));
        MapResult<string> result = await StageMap.RunAsync(
            caller, "map", Items, (door, item, _, _) => item == 3 && door == caller ? throw new ModelCallException("broken") : Task.FromResult($"{door.Model.Window}"), new MapOptions(4, FailurePolicy.OtherModel, other), default);

        Assert.Equal("99", result.Results[3]);
        Assert.Empty(caller.Session.DeadLetters);
    }

    [Fact]
    public async Task Run_CapReached_KeepsWhatIsKnownAndBeginsNothingMore()
    {
        int begun = 0;
        MapResult<string> result = await StageMap.RunAsync(Caller(), "map", Items, (_, item, _, _) =>
        {
            begun++;
            return item == 5 ? throw new BudgetException("cap", 6, 5) : Task.FromResult($"{item}");
        }, new MapOptions(1, FailurePolicy.Skip, null), default);

        Assert.NotNull(result.Exceeded);
        Assert.Equal(6, begun);
        Assert.Equal(5, result.Results.Count(r => r is not null));
    }

    private static Func<AgentCaller, int, int, CancellationToken, Task<string>> Failing(int index) =>
        (_, item, _, _) => item == index ? throw new ModelCallException("broken") : Task.FromResult($"{item}");

    private static AgentCaller Caller() => new(new ModelAccess(new ScriptedChatClient("x").With(new WordTokens())), new RunSession());

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
