using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Xunit.Abstractions;

namespace Agentic.Tests.Agents;

public sealed class EstimatingTokenCounterTests(ITestOutputHelper output)
{
    private readonly EstimatingTokenCounter _counter = EstimatingTokenCounter.Instance;

    [Theory]
    [InlineData("", 0)]
    [InlineData("the", 1)]
    [InlineData("the cat", 2)]
    [InlineData("house", 2)]
    [InlineData("NATO", 2)]
    [InlineData("1234", 4)]
    [InlineData("漢字", 4)]
    [InlineData("é", 2)]
    [InlineData("🙂", 4)]
    public void CountText_KnownText_ByTheRule(string text, int expected) => Assert.Equal(expected, _counter.CountText(text));

    [Fact]
    public void CountText_TextsWithRealCounts_RarelyBelow()
    {
        var file = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../Agentic.Inference.Tests/goldens/smollm2/tokenizer.jsonl"));
        if (!File.Exists(file))
        {
            output.WriteLine("The token counts of the embedded model are not here; nothing was checked.");
            return;
        }
        var cases = File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(json => (Category: json.GetProperty("cat").GetString()!, Text: json.GetProperty("text").GetString()!, Count: json.GetProperty("ids_plain").GetArrayLength())).ToList();
        var below = cases.Where(test => _counter.CountText(test.Text) < test.Count).ToList();
        below.ForEach(test => output.WriteLine($"{test.Category} {_counter.CountText(test.Text)} < {test.Count}: {test.Text[..Math.Min(60, test.Text.Length)]}"));
        output.WriteLine($"{below.Count} of {cases.Count} below");
        Assert.InRange(below.Count, 0, cases.Count / 20);
    }

    [Theory]
    [InlineData("The quick brown fox, 12 times; 漢字 and 🙂🙂 and é.")]
    [InlineData("internationalization ALLCAPS camelCaseWord  double  spaces\n\n")]
    public void PrefixLength_EveryLimit_LongestThatFits(string text)
    {
        for (var limit = 0; limit <= _counter.CountText(text) + 1; limit++)
        {
            var length = _counter.PrefixLength(text, limit);
            Assert.True(_counter.CountText(text.AsSpan(0, length)) <= limit);
            Assert.False(length < text.Length && char.IsLowSurrogate(text[length]));
            Assert.True(length == text.Length || limit < _counter.CountText(text));
        }
    }

    [Fact]
    public void CountPrompt_Messages_MoreThanTheirTextAndNoIds()
    {
        var prompt = _counter.CountPrompt([new(ChatRole.User, "the cat")], "Sure");
        Assert.True(prompt.Count > _counter.CountText("the cat") + _counter.CountText("Sure"));
        Assert.Null(prompt.Ids);
    }

    [Fact]
    public void CountText_AnyScalar_NotBelowBytesForOtherScripts()
    {
        foreach (var rune in new[] { 0x3B1, 0x416, 0x5D0, 0x905, 0x1F600, 0x1F64F }.Select(value => new Rune(value)))
        {
            Assert.Equal(rune.Utf8SequenceLength, _counter.CountText(rune.ToString()));
        }
    }
}
