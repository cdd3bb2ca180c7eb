using Agentic.Inference.Hosting.Drafting;
using Xunit;

namespace Agentic.Inference.Tests.Hosting.Drafting;

public sealed class DraftHistoryTests
{
    [Fact]
    public void Entries_ReplyAndDraft_CountedTogether()
    {
        var reply = new Dictionary<int, int> { [3] = 2, [5] = 1 };
        var history = new DraftHistory(reply, [5, 8, 5, 9]);
        var expected = new Dictionary<int, int> { [3] = 2, [5] = 3, [8] = 1, [9] = 1 };
        Assert.Equal(expected.OrderBy(entry => entry.Key), history.OrderBy(entry => entry.Key));
        Assert.Equal(4, history.Count);
        Assert.Equal(expected.Keys.Order(), history.Keys.Order());
        Assert.Equal(expected.Values.Order(), history.Values.Order());
        Assert.Equal((3, false, true), (history[5], history.ContainsKey(4), history.ContainsKey(8)));
        Assert.False(history.TryGetValue(4, out _));
        Assert.Throws<KeyNotFoundException>(() => history[4]);
    }
}
