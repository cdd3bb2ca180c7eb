using System.Globalization;
using Agentic.Inference.ChatTemplates.Jinja.Expressions;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>The argument <c>attribute</c> of filters: a key, an index, or several joined by dots.</summary>
internal static class Attribute
{
    public static object? Of(object? item, object? attribute)
    {
        if (attribute is not MarkedText path)
        {
            return Lookup.Key(item, attribute);
        }
        foreach (var part in path.Text.Split('.'))
        {
            item = Lookup.Key(item, long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : MarkedText.Template(part));
        }
        return item;
    }
}
