using Microsoft.Extensions.AI;

namespace Agentic.Tests;

/// <summary>A tokenizer for tests: a run of white space, a run of letters and digits of at most 8, or any other character is one token. Exact and reversible in count.</summary>
internal sealed class WordTokens(int window = 8192, long? parameters = null) : ITokenCounter, IModelProfile
{
    public bool ConstrainsReplies { get; init; }

    public bool IsExact => true;

    public string Method => "words";

    public string Name => "scripted";

    public string WeightsId => "scripted";

    public int Window => window;

    public int Capacity => 1;

    public long? Parameters => parameters;

    public double? PrefillTokensPerSecond => 1000;

    public double? DecodeTokensPerSecond => 50;

    public int CountText(ReadOnlySpan<char> text) => Walk(text, int.MaxValue).Tokens;

    public int PrefixLength(ReadOnlySpan<char> text, int maxTokens) => Walk(text, maxTokens).Length;

    public PromptTokens CountPrompt(IEnumerable<ChatMessage> messages, string? replyStart = null)
    {
        int count = 4 + CountText(replyStart) + messages.Sum(m => 4 + CountText(m.Text));
        return new PromptTokens(count, [.. Enumerable.Range(0, count)]);
    }

    private static (int Length, int Tokens) Walk(ReadOnlySpan<char> text, int most)
    {
        int tokens = 0;
        int i = 0;
        while (i < text.Length && tokens < most)
        {
            int end = i + 1;
            if (char.IsAsciiLetterOrDigit(text[i]))
            {
                while (end < text.Length && end - i < 8 && char.IsAsciiLetterOrDigit(text[end]))
                {
                    end++;
                }
            }
            else if (text[i] == ' ')
            {
                while (end < text.Length && text[end] == ' ')
                {
                    end++;
                }
            }
            else if (char.IsHighSurrogate(text[i]) && end < text.Length)
            {
                end++;
            }

            tokens++;
            i = end;
        }

        return (i, tokens);
    }
}
