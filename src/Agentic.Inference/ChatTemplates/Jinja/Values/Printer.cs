using System.Globalization;
using System.Numerics;
using System.Text;

namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Values as text, the way the reference prints them: plain (<c>str</c>) and quoted inside containers (<c>repr</c>).</summary>
internal static class Printer
{
    public static MarkedText Print(object? value)
    {
        if (value is MarkedText text)
        {
            return text;
        }
        var target = new MarkedBuilder();
        if (value is not Undefined)
        {
            Quote(value, target);
        }
        return target.ToText();
    }

    private static void Quote(object? value, MarkedBuilder target)
    {
        switch (value)
        {
            case MarkedText text:
                target.Append(text.Derive(QuoteText(text.Text)));
                break;
            case TemplateList list:
                target.Append(list.IsTuple ? "(" : "[");
                Join(list.Items, target, item => Quote(item, target));
                target.Append(list.IsTuple ? list.Items.Count == 1 ? ",)" : ")" : "]");
                break;
            case TemplateMap map:
                target.Append("{");
                Join(map.Entries, target, entry =>
                {
                    Quote(entry.Key, target);
                    target.Append(": ");
                    Quote(entry.Value, target);
                });
                target.Append("}");
                break;
            default:
                target.Append(Scalar(value));
                break;
        }
    }

    private static string Scalar(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        double number => Numbers.Write(number),
        Undefined => "Undefined",
        _ => $"<{ValueKind.Name(value)}>",
    };

    private static void Join<T>(IEnumerable<T> items, MarkedBuilder target, Action<T> write)
    {
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                target.Append(", ");
            }
            first = false;
            write(item);
        }
    }

    private static string QuoteText(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var builder = new StringBuilder().Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '\\' => builder.Append(@"\\"),
                '\n' => builder.Append(@"\n"),
                '\r' => builder.Append(@"\r"),
                '\t' => builder.Append(@"\t"),
                var c when c == quote => builder.Append('\\').Append(quote),
                ' ' => builder.Append(' '),
                var c when IsPrintable(rune) => builder.Append(rune.ToString()),
                < 0x100 and var c => builder.Append(CultureInfo.InvariantCulture, $"\\x{c:x2}"),
                < 0x10000 and var c => builder.Append(CultureInfo.InvariantCulture, $"\\u{c:x4}"),
                var c => builder.Append(CultureInfo.InvariantCulture, $"\\U{c:x8}"),
            };
        }
        return builder.Append(quote).ToString();
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
