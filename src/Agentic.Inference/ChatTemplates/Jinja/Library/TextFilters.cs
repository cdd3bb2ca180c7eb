using System.Text;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>Filters on texts.</summary>
internal static class TextFilters
{
    public static readonly IEnumerable<KeyValuePair<string, TemplateFilter>> All = new Dictionary<string, TemplateFilter>
    {
        ["trim"] = (_, value, a) => TextOperations.Trim(Text(value), a.Has(0, "chars") ? a.Text(0, "chars").Text : null),
        ["upper"] = (_, value, _) => LetterCase.Upper(Text(value)),
        ["lower"] = (_, value, _) => LetterCase.Lower(Text(value)),
        ["title"] = (_, value, _) => TextOperations.Title(Text(value)),
        ["capitalize"] = (_, value, _) => TextOperations.Capitalize(Text(value)),
        ["replace"] = (state, value, a) => TextOperations.Replace(state, Text(value), a.Text(0, "old"), a.Text(1, "new"), a.Integer(2, "count", -1)),
        ["string"] = (_, value, _) => Text(value),
        ["safe"] = (_, value, _) => Text(value),
        ["indent"] = Indent,
        ["center"] = (state, value, a) => TextOperations.Pad(state, Text(value), a.Integer(0, "width", 80), " ", 0.5),
        ["wordcount"] = (_, value, _) => (long)TextOperations.Words(Text(value).Text),
        ["escape"] = Escape,
        ["e"] = Escape,
        ["urlencode"] = (state, value, _) => Charged(state, value, 9).Derive(Uri.EscapeDataString(Text(value).Text).Replace("%2F", "/", StringComparison.Ordinal)),
        ["truncate"] = Truncate,
        ["striptags"] = StripTags,
        ["format"] = (state, value, a) => PercentFormat.Apply(state, Text(value), a.Positional),
    };

    private static MarkedText Text(object? value) => Printer.Print(value);

    /// <summary>A text that will become up to so many times as long.</summary>
    private static MarkedText Charged(RenderState state, object? value, int growth)
    {
        var text = Text(value);
        state.Charge((long)text.Text.Length * growth);
        return text;
    }

    /// <summary>Without comments and tags, with single spaces, and with entities as their characters.</summary>
    private static MarkedText StripTags(RenderState state, object? value, CallArguments arguments)
    {
        var text = Cut(Cut(Text(value), "<!--", "-->"), "<", ">");
        var joined = TextOperations.Join(state, TextOperations.Split(state, text, null, -1).Items, MarkedText.Template(" "));
        return joined.Derive(System.Net.WebUtility.HtmlDecode(joined.Text));
    }

    private static MarkedText Cut(MarkedText text, string open, string close)
    {
        var kept = new MarkedBuilder();
        for (var position = 0; ;)
        {
            var start = text.Text.IndexOf(open, position, StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.Text.IndexOf(close, start + open.Length, StringComparison.Ordinal);
            kept.Append(text.Slice(position, (end < 0 ? text.Text.Length : start) - position));
            if (end < 0)
            {
                return kept.ToText();
            }
            position = end + close.Length;
        }
    }

    private static MarkedText Indent(RenderState state, object? value, CallArguments arguments)
    {
        var space = arguments.Get(0, "width") is MarkedText prefix ? prefix : MarkedText.Template(new string(' ', (int)Math.Clamp(arguments.Integer(0, "width", 4), 0, 1000)));
        var first = arguments.Flag(1, "first");
        var blank = arguments.Flag(2, "blank");
        var builder = new MarkedBuilder();
        foreach (var (i, item) in TextOperations.Split(state, Text(value), MarkedText.Template("\n"), -1).Items.Index())
        {
            var line = (MarkedText)item!;
            builder.Append(i == 0 ? "" : "\n");
            builder.Append((i == 0 ? first : blank || line.Text.Length > 0) ? space : MarkedText.Empty).Append(line);
            state.Charge(space.Text.Length + line.Text.Length + TemplateLimits.CharsPerStep);
        }
        return builder.ToText();
    }

    private static MarkedText Escape(RenderState state, object? value, CallArguments arguments)
    {
        var escaped = new StringBuilder(Charged(state, value, 6).Text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("'", "&#39;").Replace("\"", "&#34;");
        return Text(value).Derive(escaped.ToString());
    }

    private static MarkedText Truncate(RenderState state, object? value, CallArguments arguments)
    {
        var text = Text(value);
        var length = (int)Math.Clamp(arguments.Integer(0, "length", 255), 0, TemplateLimits.TextChars);
        var end = arguments.Has(2, "end") ? arguments.Text(2, "end") : MarkedText.Template("...");
        if (text.Text.Length <= length + arguments.Integer(3, "leeway", 5))
        {
            return text;
        }
        var cut = text.Slice(0, Math.Max(0, length - end.Text.Length));
        var space = arguments.Flag(1, "killwords") ? -1 : cut.Text.LastIndexOf(' ');
        return (space < 0 ? cut : cut.Slice(0, space)).Concat(end);
    }
}
