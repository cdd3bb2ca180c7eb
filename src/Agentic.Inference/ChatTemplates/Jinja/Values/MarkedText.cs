namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Text that remembers which of its characters came from messages. Equal by text alone.</summary>
internal sealed class MarkedText : IEquatable<MarkedText>
{
    /// <summary>Content ranges: ordered, disjoint, not touching, none empty.</summary>
    private readonly Range[] _content;

    public static readonly MarkedText Empty = new("", []);

    internal MarkedText(string text, Range[] content)
    {
        Text = text;
        _content = content;
    }

    public string Text { get; }

    public bool HasContent => _content.Length > 0;

    public static MarkedText Template(string text) => text.Length == 0 ? Empty : new(text, []);

    public static MarkedText Content(string text) => text.Length == 0 ? Empty : new(text, [0..text.Length]);

    public ReadOnlySpan<Range> ContentRanges => _content;

    /// <summary>The characters from <paramref name="start"/> on, in UTF-16 units.</summary>
    public MarkedText Slice(int start, int length)
    {
        if (length == 0)
        {
            return Empty;
        }
        if (length == Text.Length)
        {
            return this;
        }
        var inner = new List<Range>();
        for (var i = FirstEndingAfter(start); i < _content.Length && _content[i].Start.Value < start + length; i++)
        {
            inner.Add((Math.Max(_content[i].Start.Value, start) - start)..(Math.Min(_content[i].End.Value, start + length) - start));
        }
        return new(Text.Substring(start, length), [.. inner]);
    }

    public MarkedText Concat(MarkedText other)
    {
        if (Text.Length == 0)
        {
            return other;
        }
        return other.Text.Length == 0 ? this : new MarkedBuilder().Append(this).Append(other).ToText();
    }

    /// <summary>A text made of this one by rules that lose track of places: where any part is content and the length changes, all of it becomes content.</summary>
    public MarkedText Derive(string text) => !HasContent ? Template(text) : text.Length == Text.Length ? new(text, _content) : Content(text);

    /// <summary>By bisection: a text of many ranges may be cut into many slices.</summary>
    private int FirstEndingAfter(int position)
    {
        var (low, high) = (0, _content.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _content[middle].End.Value > position ? (low, middle) : (middle + 1, high);
        }
        return low;
    }

    public bool Equals(MarkedText? other) => other is not null && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as MarkedText);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;
}
