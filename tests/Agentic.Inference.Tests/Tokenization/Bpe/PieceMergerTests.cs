using Agentic.Inference.Tokenization.Bpe;
using Xunit;

namespace Agentic.Inference.Tests.Tokenization.Bpe;

public class PieceMergerTests
{
    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 64)]
    [InlineData(3, 65)]
    [InlineData(4, 700)]
    public void Merge_RandomMerges_EqualsMergingOneByOne(int seed, int longest)
    {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            Dictionary<(int, int), (int Rank, int Result)> merges = RandomMerges(random);
            var table = new MergeTable(merges.Count);
            foreach (((int left, int right), (int rank, int result)) in merges)
            {
                table.Add(left, right, rank, result);
            }

            var merger = new PieceMerger(table);
            for (int i = 0; i < 5; i++)
            {
                int[] symbols = [.. Enumerable.Range(0, random.Next(longest + 1)).Select(_ => random.Next(4))];
                Span<int> merged = [.. symbols];
                Assert.Equal(OneByOne(symbols, merges), merged[..merger.Merge(merged)].ToArray());
            }
        }
    }

    [Fact]
    public void Merge_SamePairTwice_TakesTheLeftmostFirst()
    {
        var table = new MergeTable(1);
        table.Add(7, 7, 0, 8);
        int[] symbols = [7, 7, 7];
        Assert.Equal([8, 7], symbols[..new PieceMerger(table).Merge(symbols)]);
    }

    [Fact]
    public void Add_SamePairTwice_KeepsTheLowerRank()
    {
        var table = new MergeTable(2);
        table.Add(1, 2, 5, 30);
        table.Add(1, 2, 3, 40);
        table.Add(1, 2, 9, 50);
        Assert.Equal(3, table.Rank(1, 2, out int result));
        Assert.Equal(40, result);
        Assert.Equal(MergeTable.NoMerge, table.Rank(2, 1, out _));
    }

    /// <summary>Equal ranks included, as scores give them.</summary>
    private static Dictionary<(int, int), (int Rank, int Result)> RandomMerges(Random random)
    {
        var merges = new Dictionary<(int, int), (int, int)>();
        for (int result = 4; result < 24; result++)
        {
            merges.TryAdd((random.Next(result), random.Next(result)), (random.Next(12), result));
        }

        return merges;
    }

    private static int[] OneByOne(int[] symbols, Dictionary<(int, int), (int Rank, int Result)> merges)
    {
        List<int> left = [.. symbols];
        while (true)
        {
            int best = -1;
            for (int i = 0; i + 1 < left.Count; i++)
            {
                if (merges.TryGetValue((left[i], left[i + 1]), out (int Rank, int Result) merge)
                    && (best < 0 || merge.Rank < merges[(left[best], left[best + 1])].Rank))
                {
                    best = i;
                }
            }

            if (best < 0)
            {
                return [.. left];
            }

            left[best] = merges[(left[best], left[best + 1])].Result;
            left.RemoveAt(best + 1);
        }
    }
}
