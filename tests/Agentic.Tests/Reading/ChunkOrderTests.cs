using Agentic.Reading.ChainOfAgents;

namespace Agentic.Tests.Reading;

public class ChunkOrderTests
{
    [Fact]
    public void Of_ForwardAndBackward_AreWhatTheySay()
    {
        Assert.Equal([0, 1, 2, 3], ChunkOrder.Of(4, ReadingOrder.Forward, 9));
        Assert.Equal([3, 2, 1, 0], ChunkOrder.Of(4, ReadingOrder.Backward, 9));
    }

    [Fact]
    public void Of_Random_IsAPermutationFixedBySeed()
    {
        int[] first = ChunkOrder.Of(50, ReadingOrder.Random, 7);

        Assert.Equal(Enumerable.Range(0, 50), first.Order());
        Assert.Equal(first, ChunkOrder.Of(50, ReadingOrder.Random, 7));
        Assert.NotEqual(first, ChunkOrder.Of(50, ReadingOrder.Random, 8));
        Assert.NotEqual(Enumerable.Range(0, 50), first);
    }

    [Fact]
    public void Of_Random_IsTheSameOnEveryMachine() => Assert.Equal([2, 1, 4, 3, 0], ChunkOrder.Of(5, ReadingOrder.Random, 1));

    [Theory]
    [InlineData(new[] { "412 tonnes", "It weighs 412 tonnes.", "400 tons" }, 0)]
    [InlineData(new[] { "", "Rome", "Rome" }, 1)]
    [InlineData(new[] { "", "", "Rome" }, 0)]
    public void Medoid_Answers_TakesTheOneMostLikeTheOthers(string[] answers, int expected) => Assert.Equal(expected, Ensembles.Medoid(answers));
}
