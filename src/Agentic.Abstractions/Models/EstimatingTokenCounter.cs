using System.Text;
using Microsoft.Extensions.AI;

namespace Agentic;

/// <summary>
/// Counts tokens from above for a model whose tokenizer is not at hand. Non-ASCII letters count their UTF-8 bytes and digits and signs one
/// each, which no byte-level tokenizer exceeds; the only guesses are words (a token for three Latin letters, two capitals; English needs
/// about two thirds of that) and two tokens for a CJK character.
/// </summary>
/// <remarks>A character's cost never depends on what follows. Thread-safe.</remarks>
public sealed class EstimatingTokenCounter : ITokenCounter
{
    /// <summary>Tokens around a message in the chat templates that we know: markers, role, line breaks.</summary>
    private const int PerMessage = 8;

    /// <summary>Tokens of a prompt besides its messages: some templates add a system text with a date.</summary>
    private const int PerPrompt = 40;

    /// <summary>A longer run of letters is no word, and may take a token a letter.</summary>
    private const int LongestWord = 20;

    /// <summary>The one instance needed.</summary>
    public static EstimatingTokenCounter Instance { get; } = new();

    /// <inheritdoc/>
    public bool IsExact => false;

    /// <inheritdoc/>
    public string Method => "upper estimate: a token for every 3 Latin letters, digit or sign, 2 for a CJK character, a token a byte for other scripts";

    /// <inheritdoc/>
    public int CountText(ReadOnlySpan<char> text) => Walk(text, int.MaxValue).Tokens;

    /// <inheritdoc/>
    public int PrefixLength(ReadOnlySpan<char> text, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        return Walk(text, maxTokens).Length;
    }

    /// <inheritdoc/>
    public PromptTokens CountPrompt(IEnumerable<ChatMessage> messages, string? replyStart = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var count = PerPrompt + CountText(replyStart) + messages.Sum(message => PerMessage + CountText(message.Text));
        return new(count, null);
    }

    /// <summary>Walks the text until the limit would be passed.</summary>
    private static (int Tokens, int Length) Walk(ReadOnlySpan<char> text, int limit)
    {
        var tokens = 0L;
        var word = 0;
        var previous = '\0';
        for (var i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text[i..], out var rune, out var used);
            word = Continues(rune, previous) ? word + 1 : char.IsAsciiLetter((char)rune.Value) && rune.IsAscii ? 1 : 0;
            var cost = Cost(rune, previous, word);
            if (tokens + cost > limit)
            {
                return (limit, i);
            }
            tokens += cost;
            previous = text[i + used - 1];
            i += used;
        }
        return ((int)Math.Min(tokens, int.MaxValue), text.Length);
    }

    private static bool Continues(Rune rune, char previous) =>
        rune.IsAscii && char.IsAsciiLetter((char)rune.Value) && char.IsAsciiLetter(previous)
        && !(char.IsAsciiLetterUpper((char)rune.Value) && char.IsAsciiLetterLower(previous));

    /// <summary>Tokens of a character; <paramref name="word"/> is its number in a run of letters, from 1.</summary>
    private static int Cost(Rune rune, char previous, int word)
    {
        if (word > 0)
        {
            if (word == 1 && previous == ' ')
            {
                return 0; // a word takes the space before it into its first token, which the space has paid for
            }
            var step = char.IsAsciiLetterUpper((char)rune.Value) && char.IsAsciiLetterUpper(previous) ? 2 : 3;
            return word > LongestWord || (word - 1) % step == 0 ? 1 : 0;
        }
        return rune.IsAscii ? 1 : IsCjk(rune.Value) ? 2 : rune.Utf8SequenceLength;
    }

    private static bool IsCjk(int value) => value is (>= 0x3000 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xFF00 and <= 0xFFEF);
}
