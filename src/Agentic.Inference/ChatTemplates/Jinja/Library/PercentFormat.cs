using System.Globalization;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary><c>'%s-%d' % (a, b)</c>: %s, %d, %i, %f with precision, %%.</summary>
internal static class PercentFormat
{
    public static MarkedText Apply(RenderState state, MarkedText pattern, IReadOnlyList<object?> values)
    {
        var builder = new MarkedBuilder();
        var next = 0;
        var text = pattern.Text;
        for (var i = 0; i < text.Length;)
        {
            var sign = text.IndexOf('%', i);
            var end = sign < 0 ? text.Length : sign;
            builder.Append(pattern.Slice(i, end - i));
            if (sign < 0)
            {
                break;
            }
            i = sign + 1;
            var precision = 6;
            if (i + 1 < text.Length && text[i] == '.' && char.IsAsciiDigit(text[i + 1]))
            {
                precision = text[i + 1] - '0';
                i += 2;
            }
            var letter = i < text.Length ? text[i++] : ' ';
            if (letter == '%')
            {
                builder.Append("%");
                continue;
            }
            if (next == values.Count)
            {
                throw new TemplateFault("there are fewer values than places in a format");
            }
            builder.Append(state.Made(Write(letter, precision, values[next++])));
        }
        return next == values.Count ? builder.ToText() : throw new TemplateFault("there are more values than places in a format");
    }

    private static MarkedText Write(char letter, int precision, object? value) => letter switch
    {
        's' => Printer.Print(value),
        'd' or 'i' when Numbers.TryGet(value, out var number) => MarkedText.Template(Math.Truncate(number).ToString("F0", CultureInfo.InvariantCulture)),
        'f' when Numbers.TryGet(value, out var number) => MarkedText.Template(number.ToString($"F{precision}", CultureInfo.InvariantCulture)),
        _ => throw new TemplateFault($"the format '%{letter}' is not supported for a value of kind {ValueKind.Name(value)}"),
    };
}
