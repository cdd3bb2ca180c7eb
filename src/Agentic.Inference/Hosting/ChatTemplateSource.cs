using Agentic.Inference.ChatTemplates;
using Agentic.Inference.Gguf;

namespace Agentic.Inference.Hosting;

/// <summary>A file's chat template, parsed when it is first asked for: a broken template must not keep anyone from raw completion.</summary>
internal sealed class ChatTemplateSource(ChatFormat format, string? source)
{
    private const string Key = "tokenizer.chat_template";
    private readonly Lazy<ChatTemplate> _template = new(() => ChatTemplate.For(format, source));

    public ChatTemplate Template => _template.Value;

    /// <summary>The template's text, which need not be one that can be parsed; empty for a built-in form, none of which knows tools.</summary>
    public string Text => format == ChatFormat.Template ? source ?? "" : "";

    public static ChatTemplateSource Read(GgufFile file, ChatFormat format) => new(format, file.TryString(Key));
}
