using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>What filters and methods do to texts, keeping track of what is content.</summary>
internal static class TextOperations
{
    public static MarkedText Trim(MarkedText text, string? characters, bool start = true, bool end = true)
    {
        bool Belongs(char c) => characters is null ? char.IsWhiteSpace(c) : characters.Contains(c, StringComparison.Ordinal);
        var (from, to) = (0, text.Text.Length);
        while (start && from < to && Belongs(text.Text[from]))
        {
            from++;
        }
        while (end && to > from && Belongs(text.Text[to - 1]))
        {
            to--;
        }
        return text.Slice(from, to - from);
    }

    public static MarkedText Replace(RenderState state, MarkedText text, MarkedText old, MarkedText with, long limit)
    {
        var builder = new MarkedBuilder();
        var position = 0;
        for (var count = 0L; limit < 0 || count < limit; count++)
        {
            state.Charge(with.Text.Length + TemplateLimits.CharsPerStep);
            var found = position > text.Text.Length ? -1 : text.Text.IndexOf(old.Text, position, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }
            var end = old.Text.Length > 0 ? found + old.Text.Length : Math.Min(found + 1, text.Text.Length);
            if (old.Text.Length > 0)
            {
                builder.Append(text.Slice(position, found - position)).Append(with);
                position = end;
            }
            else
            {
                builder.Append(with).Append(text.Slice(found, end - found));
                position = found == text.Text.Length ? text.Text.Length + 1 : end;
            }
        }
        return builder.Append(position < text.Text.Length ? text.Slice(position, text.Text.Length - position) : MarkedText.Empty).ToText();
    }

    public static TemplateList Split(RenderState state, MarkedText text, MarkedText? separator, long limit, bool fromEnd = false)
    {
        state.Charge(text.Text.Length);
        if (separator is null)
        {
            return new(SplitSpaces(state, text, limit));
        }
        if (separator.Text.Length == 0)
        {
            throw new TemplateFault("an empty separator cannot split");
        }
        var parts = new List<object?>();
        var (from, to) = (0, text.Text.Length);
        for (var count = 0L; limit < 0 || count < limit; count++)
        {
            var found = fromEnd
                ? to == 0 ? -1 : text.Text.LastIndexOf(separator.Text, to - 1, to, StringComparison.Ordinal)
                : text.Text.IndexOf(separator.Text, from, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }
            state.Charge(TemplateLimits.CharsPerStep);
            if (fromEnd)
            {
                parts.Add(text.Slice(found + separator.Text.Length, to - found - separator.Text.Length));
                to = found;
            }
            else
            {
                parts.Add(text.Slice(from, found - from));
                from = found + separator.Text.Length;
            }
        }
        parts.Add(text.Slice(from, to - from));
        if (fromEnd)
        {
            parts.Reverse();
        }
        return new(parts);
    }

    public static MarkedText Join(RenderState state, IEnumerable<object?> items, MarkedText separator)
    {
        var builder = new MarkedBuilder();
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                builder.Append(separator);
            }
            first = false;
            var text = Printer.Print(item);
            state.Charge(text.Text.Length + separator.Text.Length + TemplateLimits.CharsPerStep);
            builder.Append(text);
        }
        return builder.ToText();
    }

    public static MarkedText Pad(RenderState state, MarkedText text, long width, string fill, double before)
    {
        var missing = (int)Math.Clamp(width - CodePoints.Count(text.Text), 0, TemplateLimits.TextChars);
        state.Charge(missing);
        var left = (int)(missing * before) + (before == 0.5 && missing % 2 == 1 && width % 2 == 1 ? 1 : 0);
        string Fill(int count) => string.Concat(Enumerable.Repeat(fill, count));
        return new MarkedBuilder().Append(Fill(left)).Append(text).Append(Fill(missing - left)).ToText();
    }

    /// <summary>Number of runs of characters that are not white space.</summary>
    public static int Words(string text)
    {
        var words = 0;
        for (var i = 0; i < text.Length; i++)
        {
            words += !char.IsWhiteSpace(text[i]) && (i == 0 || char.IsWhiteSpace(text[i - 1])) ? 1 : 0;
        }
        return words;
    }

    public static MarkedText Title(MarkedText text)
    {
        var letters = text.Text.ToCharArray();
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = i > 0 && (char.IsLetterOrDigit(letters[i - 1]) || letters[i - 1] == '\'') ? char.ToLowerInvariant(letters[i]) : char.ToUpperInvariant(letters[i]);
        }
        return text.Derive(new string(letters));
    }

    public static MarkedText Capitalize(MarkedText text) => text.Text.Length == 0 ? text
        : text.Derive(char.ToUpperInvariant(text.Text[0]) + text.Text[1..].ToLowerInvariant());

    public static MarkedText Reverse(MarkedText text)
    {
        var builder = new MarkedBuilder();
        foreach (var part in CodePoints.Split(text).Reverse())
        {
            builder.Append(part);
        }
        return builder.ToText();
    }

    private static List<object?> SplitSpaces(RenderState state, MarkedText text, long limit)
    {
        var parts = new List<object?>();
        var i = 0;
        while (true)
        {
            while (i < text.Text.Length && char.IsWhiteSpace(text.Text[i]))
            {
                i++;
            }
            if (i == text.Text.Length)
            {
                return parts;
            }
            if (limit >= 0 && parts.Count == limit)
            {
                parts.Add(text.Slice(i, text.Text.Length - i));
                return parts;
            }
            state.Charge(TemplateLimits.CharsPerStep);
            var start = i;
            while (i < text.Text.Length && !char.IsWhiteSpace(text.Text[i]))
            {
                i++;
            }
            parts.Add(text.Slice(start, i - start));
        }
    }
}
