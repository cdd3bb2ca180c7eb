using Agentic.Inference.ChatTemplates.Jinja;
using Agentic.Inference.ChatTemplates.Jinja.Values;
using Agentic.Inference.Tokenization;

namespace Agentic.Inference.ChatTemplates;

/// <summary>
/// A model's chat template: a subset of Jinja2 set up as transformers does (trimmed blocks, no final newline), rendered under limits.
/// What a template uses beyond the subset is refused by name and line, when rendering comes there.
/// </summary>
/// <remarks>Thread-safe once parsed.</remarks>
public sealed class ChatTemplate
{
    private readonly Template _template;
    private readonly Lazy<TemplateTraits> _traits;

    private ChatTemplate(Template template, string source, bool isFallback)
    {
        _template = template;
        _traits = new(() => new TemplateTraits(this));
        Source = source;
        IsFallback = isFallback;
    }

    /// <summary>True when the model brought no template and ChatML is used: replies may suffer, which users should be told.</summary>
    public bool IsFallback { get; }

    internal string Source { get; }

    internal TemplateTraits Traits => _traits.Value;

    /// <summary>ChatML, the form that most small models have seen.</summary>
    public static ChatTemplate ChatMl { get; } = Parse(BuiltInTemplates.ChatMl);

    /// <summary>Parses a template.</summary>
    /// <param name="source">Jinja source.</param>
    /// <exception cref="ChatTemplateException">The source is not a template, or too long or too deep.</exception>
    public static ChatTemplate Parse(string source) => new(Template.Parse(source), source, isFallback: false);

    /// <summary>The template of a model, or ChatML (<see cref="IsFallback"/>) when it has none.</summary>
    /// <param name="source">Value of <c>tokenizer.chat_template</c>; null or empty when missing.</param>
    /// <exception cref="ChatTemplateException">The source is not a template.</exception>
    public static ChatTemplate ParseOrFallback(string? source) =>
        string.IsNullOrWhiteSpace(source) ? new(ChatMl._template, ChatMl.Source, isFallback: true) : Parse(source);

    /// <summary>The template to use for a model.</summary>
    /// <param name="format">The form that was asked for.</param>
    /// <param name="source">The file's own template, looked at for <see cref="ChatFormat.Template"/> only; null or empty when missing.</param>
    /// <exception cref="ChatTemplateException">The source is not a template.</exception>
    public static ChatTemplate For(ChatFormat format, string? source) => format switch
    {
        ChatFormat.ChatMl => ChatMl,
        ChatFormat.Llama3 => Parse(BuiltInTemplates.Llama3),
        ChatFormat.Gemma => Parse(BuiltInTemplates.Gemma),
        _ => ParseOrFallback(source),
    };

    /// <summary>Renders messages.</summary>
    /// <param name="messages">The conversation. Its texts come out as content, wherever the template puts them.</param>
    /// <param name="addGenerationPrompt">Whether the rendering ends with the opening of an assistant's turn.</param>
    /// <param name="bos">Text of the token that begins a sequence; null when the model has none.</param>
    /// <param name="eos">Text of the token that ends a sequence; null when the model has none.</param>
    /// <param name="now">The time that templates may ask for. Default: the local time.</param>
    /// <param name="tools">Tools that the template may list; null or empty = none. Their texts come out as content.</param>
    /// <returns>Parts in order, not empty, neighbours of different origin; joined they are the prompt. Text of messages and tools is not trusted, the template's own is.</returns>
    /// <exception cref="ChatTemplateException">The template fails, refuses the messages, or exceeds a limit.</exception>
    public IReadOnlyList<TextPart> Render(
        IReadOnlyList<TemplateMessage> messages, bool addGenerationPrompt, string? bos, string? eos, DateTimeOffset? now = null,
        IReadOnlyList<TemplateTool>? tools = null)
    {
        TemplateMap variables;
        try
        {
            variables = new()
            {
                ["messages"] = new TemplateList([.. messages.Select(TemplateVariables.Message)]),
                ["tools"] = tools is { Count: > 0 } ? new TemplateList([.. tools.Select(TemplateVariables.Tool)]) : null,
                ["documents"] = null,
                ["add_generation_prompt"] = addGenerationPrompt,
                ["bos_token"] = MarkedText.Template(bos ?? ""),
                ["eos_token"] = MarkedText.Template(eos ?? ""),
            };
        }
        catch (TemplateFault fault)
        {
            throw new ChatTemplateException(fault.Message);
        }
        long length = messages.Sum(TemplateVariables.Length) + (tools?.Sum(tool => (long)tool.Parameters.GetRawText().Length) ?? 0);
        return Render(variables, length, now);
    }

    /// <summary>Renders with variables given as they are.</summary>
    internal IReadOnlyList<TextPart> Render(TemplateMap variables, long inputLength, DateTimeOffset? now)
    {
        var text = _template.Render(variables, inputLength, now ?? DateTimeOffset.Now);
        var pieces = new List<TextPart>();
        void Add(int from, int to, bool trusted)
        {
            if (from < to)
            {
                pieces.Add(new(text.Text[from..to], trusted));
            }
        }
        var position = 0;
        foreach (var range in text.ContentRanges)
        {
            Add(position, range.Start.Value, trusted: true);
            Add(range.Start.Value, range.End.Value, trusted: false);
            position = range.End.Value;
        }
        Add(position, text.Text.Length, trusted: true);
        return pieces;
    }
}
