using System.Text;

namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Puts marked texts together.</summary>
internal sealed class MarkedBuilder
{
    private readonly StringBuilder text = new();
    private readonly List<Range> content = [];

    public int Length => text.Length;

    public MarkedBuilder Append(string template)
    {
        Grow(template.Length);
        text.Append(template);
        return this;
    }

    public MarkedBuilder Append(MarkedText part)
    {
        Grow(part.Text.Length);
        foreach (var range in part.ContentRanges)
        {
            Mark(text.Length + range.Start.Value, text.Length + range.End.Value);
        }
        text.Append(part.Text);
        return this;
    }

    public MarkedText ToText() => text.Length == 0 ? MarkedText.Empty : new(text.ToString(), [.. content]);

    private void Grow(int count)
    {
        if (text.Length + count > TemplateLimits.TextChars)
        {
            throw new TemplateFault($"it makes a text of more than {TemplateLimits.TextChars} characters");
        }
    }

    private void Mark(int start, int end)
    {
        if (content.Count > 0 && content[^1].End.Value == start)
        {
            content[^1] = content[^1].Start.Value..end;
        }
        else
        {
            content.Add(start..end);
        }
    }
}
