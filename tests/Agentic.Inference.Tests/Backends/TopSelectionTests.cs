using Agentic.Inference.Backends;
using Xunit;

namespace Agentic.Inference.Tests.Backends;

/// <summary>The largest values of a row against a sort of it.</summary>
public sealed class TopSelectionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(1000)]
    [InlineData(1003)]
    public void Select_AnyRow_IsTheHeadOfItsSort(int length)
    {
        var random = new Random(length);
        for (int round = 0; round < 50; round++)
        {
            // Few different values, so that there are ties; ascending and descending rows; some that are no numbers.
            float[] row = [.. Enumerable.Range(0, length).Select(_ => (float)random.Next(round % 2 == 0 ? 20 : 100_000))];
            if (round % 5 == 1) Array.Sort(row);
            if (round % 5 == 2) Array.Sort(row, (a, b) => b.CompareTo(a));
            for (int i = 0; i < length / 10; i++) row[random.Next(length)] = random.Next(2) == 0 ? float.NaN : float.NegativeInfinity;
            int[] sorted = [.. Enumerable.Range(0, length).Where(i => row[i] > float.NegativeInfinity).OrderByDescending(i => row[i]).ThenBy(i => i)];
            foreach (int wanted in new[] { 0, 1, 2, 40, length, length + 1 })
            {
                int[] ids = new int[wanted];
                int count = TopSelection.Select(row, ids);
                Assert.Equal(sorted.Take(wanted), ids.Take(count));
            }
        }
    }
}
