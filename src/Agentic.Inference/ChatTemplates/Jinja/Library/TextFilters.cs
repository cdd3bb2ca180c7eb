using System.Text;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>Filters on texts.</summary>
internal static class TextFilters
{
    public static readonly IEnumerable<KeyValuePair<string, TemplateFilter>> All = new Dictionary<string, TemplateFilter>
    {
        ["trim"] = (_, value, a) => TextOperations.Trim(Text(value), a.Has(0, "chars") ? a.Text(0, "chars").Text : null),
        ["upper"] = (_, value, _) => Text(value).Derive(Text(value).Text.ToUpperInvariant()),
        ["lower"] = (_, value, _) => Text(value).Derive(Text(value).Text.ToLowerInvariant()),
        ["title"] = (_, value, _) => TextOperations.Title(Text(value)),
        ["capitalize"] = (_, value, _) => TextOperations.Capitalize(Text(value)),
        ["replace"] = (state, value, a) => TextOperations.Replace(state, Text(value), a.Text(0, "old"), a.Text(1, "new"), a.Integer(2, "count", -1)),
        ["string"] = (_, value, _) => Text(value),
        ["safe"] = (_, value, _) => Text(value),
        ["indent"] = Indent,
        ["center"] = (state, value, a) => TextOperations.Pad(state, Text(value), a.Integer(0, "width", 80), " ", 0.5),
        ["wordcount"] = (_, value, _) => (long)Text(value).Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
        ["escape"] = Escape,
        ["e"] = Escape,
        ["urlencode"] = (_, value, _) => Text(value).Derive(Uri.EscapeDataString(Text(value).Text).Replace("%2F", "/", StringComparison.Ordinal)),
        ["truncate"] = Truncate,
        ["format"] = (state, value, a) => PercentFormat.Apply(state, Text(value), a.Positional),
    };

    private static MarkedText Text(object? value) => Printer.Print(value);

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
        var escaped = new StringBuilder(Text(value).Text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("'", "&#39;").Replace("\"", "&#34;");
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
