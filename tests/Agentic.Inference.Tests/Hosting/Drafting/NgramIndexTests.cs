using Agentic.Inference.Hosting.Drafting;
using Xunit;

namespace Agentic.Inference.Tests.Hosting.Drafting;

public sealed class NgramIndexTests
{
    [Theory]
    [InlineData(1, 40, 60)]
    [InlineData(2, 5, 14)]
    [InlineData(3, 0, 90)]
    public void Find_GrowingSequence_LongestAndLatestEarlierPlace(int seed, int known, int kinds)
    {
        var random = new Random(seed);
        List<int> tokens = [.. Enumerable.Range(0, known).Select(_ => random.Next(kinds))];
        var index = new NgramIndex([.. tokens]);
        int[] lengths = new int[NgramIndex.LongestMatch + 1];
        for (int i = 0; i < 1500; i++)
        {
            // Now and then a stretch from before comes again, as when a reply quotes.
            int from = tokens.Count > 60 && random.Next(12) == 0 ? random.Next(tokens.Count - 50) : -1;
            int count = from < 0 ? 1 : random.Next(2, 45);
            for (int k = 0; k < count; k++)
            {
                int token = from < 0 ? random.Next(kinds) : tokens[from + k];
                tokens.Add(token);
                index.Add(token);
                NgramMatch match = index.Find(index.Count);
                Assert.Equal(Longest(tokens), match);
                lengths[match.Length]++;
            }
        }

        Assert.True(lengths[1] > 5 && lengths[2] > 5 && lengths[^1] > 5, string.Join(' ', lengths));
    }

    [Fact]
    public void Find_BehindGuesses_AsIfTheyHadBeenAdded()
    {
        var index = new NgramIndex([7, 1, 2, 3, 4, 9, 1, 2]);
        Assert.Equal(new NgramMatch(3, 2, false), index.Find(index.Count));
        index.Guess(0, 3);
        index.Guess(1, 4);
        Assert.Equal(new NgramMatch(5, 4, false), index.Find(index.Count + 2));
        index.Guess(1, 8);
        Assert.Equal(default, index.Find(index.Count + 2));
        index.Add(9);
        Assert.Equal(new NgramMatch(6, 1, true), index.Find(index.Count));
    }

    [Fact]
    public void Find_ManyGuessesInASmallIndex_MatchesWithinThem()
    {
        var index = new NgramIndex([5]);
        for (int i = 0; i < 200; i++)
        {
            index.Guess(i, 5);
        }

        Assert.Equal(0, new NgramIndex([]).Find(0).Length);
        Assert.Equal(new NgramMatch(1, 1, true), index.Find(index.Count + 200));
    }

    /// <summary>Compares with every earlier place; of those that share a pair with the latest sixteen only.</summary>
    private static NgramMatch Longest(List<int> tokens)
    {
        int last = tokens.Count - 1;
        NgramMatch best = default;
        int tries = 0;
        int singles = 0;
        int single = -1;
        for (int at = last - 1; at >= 0; at--)
        {
            if (tokens[at] != tokens[last])
            {
                continue;
            }

            single = single < 0 ? at : single;
            singles++;
            int length = 0;
            while (length < NgramIndex.LongestMatch && at - length >= 0 && tokens[at - length] == tokens[last - length])
            {
                length++;
            }

            if (length > 1 && ++tries <= 16 && length > best.Length)
            {
                best = new NgramMatch(at + 1, length, false);
            }
        }

        return best.Length > 0 || single < 0 ? best : new NgramMatch(single + 1, 1, singles == 1);
    }
}
