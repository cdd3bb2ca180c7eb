using System.Text;
using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Hosting.Tools;
using Agentic.Inference.Tokenization;
using Microsoft.Extensions.AI;

namespace Agentic.Inference.Hosting.Chat;

/// <summary>Counts by the model's own tokenizer and chat template.</summary>
internal sealed class LocalTokenCounter(ModelHost host) : ITokenCounter, IScoringTokens
{
    /// <summary>Longer conversations cannot fit any window and are counted without being rendered.</summary>
    private const int LongestRendered = 4_000_000;

    /// <summary>Characters encoded at first for a token; most texts have fewer.</summary>
    private const int CharsPerToken = 8;

    private readonly Lazy<ToolSyntax> _syntax = new(() => ToolSyntax.Of(host.Options.ToolFormat, host.TemplateSource.Text));

    public Tokenizer Tokenizer => host.Tokenizer;

    /// <summary>How the model writes calls of tools.</summary>
    public ToolSyntax Syntax => _syntax.Value;

    /// <summary>The model's template knows thoughts before a reply.</summary>
    public bool KnowsThoughts => host.TemplateSource.Text.Contains(ThoughtMarks.End, StringComparison.Ordinal);

    public DateTimeOffset Now => host.Options.Time.GetLocalNow();

    public bool IsExact => true;

    public string Method => $"tokenizer {host.Tokenizer.Name}";

    public int CountText(ReadOnlySpan<char> text) => Encode(text).Count;

    public int PrefixLength(ReadOnlySpan<char> text, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        for (long part = Math.Max(64, (long)maxTokens * CharsPerToken); ; part *= 2)
        {
            int length = (int)Math.Min(part, text.Length);
            List<int> ids = Encode(text[..length]);
            if (ids.Count > maxTokens)
            {
                return Cut(text[..length], ids, maxTokens);
            }

            if (length == text.Length)
            {
                return length;
            }
        }
    }

    public PromptTokens CountPrompt(IEnumerable<ChatMessage> messages, string? replyStart = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Count(Prompt(messages, null), replyStart);
    }

    public PromptTokens CountCall(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Count(Prompt(messages, options), ReplyStart(options));
    }

    IReadOnlyList<int> IScoringTokens.Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode(text);
    }

    /// <summary>Ids of a conversation that an assistant is to answer.</summary>
    /// <exception cref="ConfigurationException">A message or option cannot be served.</exception>
    public List<int> Render(IEnumerable<ChatMessage> messages, ChatOptions? options) => Render(Prompt(messages, options), ReplyStart(options));

    private static string? ReplyStart(ChatOptions? options) => options?.AdditionalProperties?.GetValueOrDefault(SamplingKeys.ReplyStart) switch
    {
        null => null,
        string text => text,
        _ => throw new ConfigurationException($"The option {SamplingKeys.ReplyStart} must be a text."),
    };

    private ChatPrompt Prompt(IEnumerable<ChatMessage> messages, ChatOptions? options) => ChatPrompt.Create(messages, options, Syntax, host.Template);

    private PromptTokens Count(ChatPrompt prompt, string? replyStart)
    {
        IReadOnlyList<TemplateMessage> messages = prompt.Messages;
        if (messages.Sum(message => (long)message.Content.Length) > LongestRendered)
        {
            int frame = Render(prompt with { Messages = [.. messages.Select(message => message with { Content = "" })] }, replyStart).Count;
            return new PromptTokens((int)Math.Min(int.MaxValue, frame + messages.Sum(message => (long)CountText(message.Content))), null);
        }

        List<int> ids = Render(prompt, replyStart);
        return new PromptTokens(ids.Count, ids);
    }

    private List<int> Render(ChatPrompt prompt, string? replyStart)
    {
        string? Name(int? id) => id is { } token ? Encoding.UTF8.GetString(host.Tokenizer.TokenBytes(token)) : null;
        var pieces = new List<TextPart>(host.Template.Render(
            prompt.Messages, addGenerationPrompt: true, Name(host.Tokenizer.BosToken), Name(host.Tokenizer.EosToken), Now, prompt.Tools));
        if (!string.IsNullOrEmpty(replyStart))
        {
            pieces.Add(new TextPart(replyStart, Trusted: false));
        }

        return PromptEncoder.Encode(host.Tokenizer, pieces);
    }

    private List<int> Encode(ReadOnlySpan<char> text)
    {
        var ids = new List<int>((text.Length / 4) + 8);
        host.Tokenizer.Encode(text, ids);
        return ids;
    }

    /// <summary>The longest beginning of at most <paramref name="most"/> tokens: from the end of that token on, as far as more characters cost nothing; back where the cut itself costs a token.</summary>
    private int Cut(ReadOnlySpan<char> text, List<int> ids, int most)
    {
        int start = Math.Max(0, most - 32);
        int from = Characters(text, ids, 0, start);
        int end = Characters(text, ids, from, most, start);
        // Beyond the boundary, a longer beginning may still need no more tokens.
        int limit = Math.Min(text.Length, end + 32);
        for (int length = limit; length > 0; length--)
        {
            if (length < text.Length && char.IsLowSurrogate(text[length]) && char.IsHighSurrogate(text[length - 1]))
            {
                continue;
            }

            // The end alone tells nearly always; the whole is encoded only to be sure.
            if (start + CountText(text[from..Math.Max(from, length)]) <= most && CountText(text[..length]) <= most)
            {
                return length;
            }
        }

        return 0;
    }

    /// <summary>Characters up to the end of token <paramref name="count"/>, counted by the bytes of the tokens.</summary>
    private int Characters(ReadOnlySpan<char> text, List<int> ids, int position, int count, int first = 0)
    {
        long bytes = 0;
        for (int i = first; i < count; i++)
        {
            bytes += host.Tokenizer.TokenBytes(ids[i]).Length;
        }

        while (bytes > 0 && position < text.Length && Rune.DecodeFromUtf16(text[position..], out Rune rune, out int used) is var _)
        {
            bytes -= rune.Utf8SequenceLength;
            position += used;
        }

        return Math.Min(position, text.Length);
    }
}
