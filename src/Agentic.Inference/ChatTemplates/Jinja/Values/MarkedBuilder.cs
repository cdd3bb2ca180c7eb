using System.Text;

namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Puts marked texts together.</summary>
internal sealed class MarkedBuilder
{
    private readonly StringBuilder _text = new();
    private readonly List<Range> _content = [];

    public int Length => _text.Length;

    public MarkedBuilder Append(string template)
    {
        Grow(template.Length);
        _text.Append(template);
        return this;
    }

    public MarkedBuilder Append(MarkedText part)
    {
        Grow(part.Text.Length);
        foreach (var range in part.ContentRanges)
        {
            Mark(_text.Length + range.Start.Value, _text.Length + range.End.Value);
        }
        _text.Append(part.Text);
        return this;
    }

    public MarkedText ToText() => _text.Length == 0 ? MarkedText.Empty : new(_text.ToString(), [.. _content]);

    private void Grow(int count)
    {
        if (_text.Length + count > TemplateLimits.TextChars)
        {
            throw new TemplateFault($"it makes a text of more than {TemplateLimits.TextChars} characters");
        }
    }

    private void Mark(int start, int end)
    {
        if (_content.Count > 0 && _content[^1].End.Value == start)
        {
            _content[^1] = _content[^1].Start.Value..end;
        }
        else
        {
            _content.Add(start..end);
        }
    }
}
