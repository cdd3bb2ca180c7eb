using System.Globalization;
using System.Numerics;
using System.Text;

namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Values as JSON with the separators ", " and ": ", control characters, quotes and backslashes escaped, on request everything beyond ASCII too (<c>tojson</c>).</summary>
internal sealed class JsonPrinter(int? indent, bool ascii)
{
    private readonly MarkedBuilder _target = new();

    public static MarkedText Print(object? value, int? indent, bool ascii = false)
    {
        var printer = new JsonPrinter(indent, ascii);
        printer.Write(value, 0);
        return printer._target.ToText();
    }

    private void Write(object? value, int depth)
    {
        switch (value)
        {
            case MarkedText text:
                _target.Append(text.Derive(Quote(text.Text)));
                break;
            case TemplateList list:
                Items('[', ']', list.Items, depth, item => Write(item, depth + 1));
                break;
            case TemplateMap map:
                Items('{', '}', map.Entries, depth, entry =>
                {
                    _target.Append(entry.Key is MarkedText key ? key.Derive(Quote(key.Text)) : MarkedText.Template(Quote(Scalar(entry.Key))));
                    _target.Append(": ");
                    Write(entry.Value, depth + 1);
                });
                break;
            default:
                _target.Append(Scalar(value));
                break;
        }
    }

    private static string Scalar(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        double number => Numbers.Write(number),
        Undefined undefined => throw undefined.Fault(),
        _ => throw new TemplateFault($"a value of kind {ValueKind.Name(value)} has no JSON form"),
    };

    private void Items<T>(char open, char close, IEnumerable<T> items, int depth, Action<T> write)
    {
        _target.Append(open.ToString());
        var count = 0;
        foreach (var item in items)
        {
            _target.Append(count++ == 0 ? "" : indent is null ? ", " : ",");
            NewLine(depth + 1);
            write(item);
        }
        if (count > 0)
        {
            NewLine(depth);
        }
        _target.Append(close.ToString());
    }

    private void NewLine(int depth)
    {
        if (indent is { } width)
        {
            _target.Append("\n" + new string(' ', width * depth));
        }
    }

    private string Quote(string text)
    {
        var builder = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => builder.Append("\\\""),
                '\\' => builder.Append(@"\\"),
                '\n' => builder.Append(@"\n"),
                '\r' => builder.Append(@"\r"),
                '\t' => builder.Append(@"\t"),
                '\b' => builder.Append(@"\b"),
                '\f' => builder.Append(@"\f"),
                < ' ' or > '~' when c < ' ' || (ascii && c > '\x7f') => builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => builder.Append(c),
            };
        }
        return builder.Append('"').ToString();
    }
}
