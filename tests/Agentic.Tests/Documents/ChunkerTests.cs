using System.Text;
using Agentic.Documents;

namespace Agentic.Tests.Documents;

public class ChunkerTests
{
    private static readonly WordTokens Counter = new();

    [Theory]
    [InlineData(10)]
    [InlineData(37)]
    [InlineData(1000)]
    public void Split_Prose_CoversTextWithinBudget(int budget)
    {
        string text = Prose(400);

        Chunk[] chunks = [.. new Chunker(Counter, budget).Split([new Document("a", text)])];

        AssertCovers(text, chunks, budget);
        Assert.Equal(Enumerable.Range(0, chunks.Length), chunks.Select(c => c.Index));
    }

    [Fact]
    public void Split_Prose_PacksChunksFull()
    {
        string text = Prose(400);

        Chunk[] chunks = [.. new Chunker(Counter, 100).Split([new Document("a", text)])];

        // Sentences have at most 23 tokens: a chunk with more free than that was closed too early.
        Assert.All(chunks[..^1], c => Assert.InRange(c.Tokens, 77, 100));
    }

    [Fact]
    public void Split_OneGiantSentence_CutsAtClausesWithinBudget()
    {
        string text = string.Concat(Enumerable.Repeat("some words that go on and on, ", 2000));

        Chunk[] chunks = [.. new Chunker(Counter, 50).Split([new Document("a", text)])];

        AssertCovers(text, chunks, 50);
        Assert.All(chunks, c => Assert.EndsWith(", ", c.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_OneGiantWord_CutsAtTokens()
    {
        string text = new('x', 10_000);

        Chunk[] chunks = [.. new Chunker(Counter, 20).Split([new Document("a", text)])];

        AssertCovers(text, chunks, 20);
        Assert.Equal(63, chunks.Length);
    }

    [Fact]
    public void Split_EmojiRun_NeverSplitsAPair()
    {
        string text = string.Concat(Enumerable.Repeat("😀", 500));

        Chunk[] chunks = [.. new Chunker(Counter, 7).Split([new Document("a", text)])];

        AssertCovers(text, chunks, 7);
        Assert.All(chunks, c => Assert.False(char.IsLowSurrogate(c.Text[0])));
    }

    [Fact]
    public void Split_CjkWithoutBlanks_CutsBetweenSentences()
    {
        string text = string.Concat(Enumerable.Repeat("今天的天气很好我们去公园。", 200));

        Chunk[] chunks = [.. new Chunker(Counter, 60).Split([new Document("a", text)])];

        AssertCovers(text, chunks, 60);
        Assert.All(chunks, c => Assert.EndsWith("。", c.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Split_SeveralDocuments_NumbersThroughAndSkipsEmptyOnes()
    {
        Chunk[] chunks = [.. new Chunker(Counter, 10).Split([new Document("a", Prose(3)), new Document("b", "  \n"), new Document("c", Prose(3))])];

        Assert.Equal(Enumerable.Range(0, chunks.Length), chunks.Select(c => c.Index));
        Assert.Equal(["a", "c"], chunks.Select(c => c.Document.Name).Distinct());
    }

    [Fact]
    public void Split_CountIsNotAdditive_StillKeepsTheBudget()
    {
        // A counter by which joined text may count less than its parts, as real tokenizers do.
        var counter = new HalfPriceJoins();
        string text = Prose(200);

        foreach ((TextSpan span, int tokens) in new Chunker(counter, 40).Split(text, new TextSpan(0, text.Length)))
        {
            Assert.Equal(counter.CountText(text.AsSpan(span.Start, span.Length)), tokens);
            Assert.InRange(tokens, 1, 40);
        }
    }

    [Theory]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(60)]
    public void Split_JoinedTextCountsMore_StillKeepsTheBudget(int budget)
    {
        // Every third sentence costs a token more where it follows another, as when a word is whole only without the blank before it.
        var counter = new DearJoins();
        string text = Prose(300);

        Chunk[] chunks = [.. new Chunker(counter, budget).Split([new Document("a", text)])];

        Assert.Equal(text, string.Concat(chunks.Select(c => c.Text)));
        Assert.All(chunks, c => Assert.Equal(counter.CountText(c.Text), c.Tokens));
        Assert.All(chunks, c => Assert.InRange(c.Tokens, 1, budget));
    }

    internal static string Prose(int sentences)
    {
        var random = new Random(11);
        var text = new StringBuilder();
        for (int i = 0; i < sentences; i++)
        {
            int words = random.Next(2, 11);
            text.Append('S').AppendJoin(' ', Enumerable.Range(0, words).Select(_ => new string((char)random.Next('a', 'z'), random.Next(1, 9)))).Append(i % 9 == 8 ? ".\n\n" : ". ");
        }

        return text.ToString();
    }

    private static void AssertCovers(string text, Chunk[] chunks, int budget)
    {
        Assert.Equal(text, string.Concat(chunks.Select(c => c.Text)));
        Assert.All(chunks, c => Assert.InRange(c.Tokens, 1, budget));
        Assert.All(chunks, c => Assert.Equal(Counter.CountText(c.Text), c.Tokens));
    }

    private sealed class DearJoins : ITokenCounter
    {
        public bool IsExact => true;

        public string Method => "test";

        public int CountText(ReadOnlySpan<char> text) => Counter.CountText(text) + (text.TrimEnd().Count(". ") / 3);

        public int PrefixLength(ReadOnlySpan<char> text, int maxTokens) => Counter.PrefixLength(text, maxTokens);

        public PromptTokens CountPrompt(IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, string? replyStart = null) => throw new NotSupportedException();
    }

    private sealed class HalfPriceJoins : ITokenCounter
    {
        public bool IsExact => true;

        public string Method => "test";

        public int CountText(ReadOnlySpan<char> text) => 1 + (text.Length / 12);

        public int PrefixLength(ReadOnlySpan<char> text, int maxTokens) => Math.Min(text.Length, (maxTokens * 12) - 1);

        public PromptTokens CountPrompt(IEnumerable<Microsoft.Extensions.AI.ChatMessage> messages, string? replyStart = null) => throw new NotSupportedException();
    }
}
