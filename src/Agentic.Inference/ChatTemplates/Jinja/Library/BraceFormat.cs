using System.Globalization;
using System.Text.RegularExpressions;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary><c>'{} and {name:>8.2f}'.format(a, name=b)</c>: places by order, number or name, with fill, alignment, width, precision and the types s, d and f.</summary>
internal static partial class BraceFormat
{
    /// <summary>Widest place.</summary>
    private const int Widest = 10_000;

    public static MarkedText Apply(RenderState state, MarkedText pattern, CallArguments arguments)
    {
        var builder = new MarkedBuilder();
        var text = pattern.Text;
        var next = 0;
        for (var i = 0; i < text.Length;)
        {
            var brace = text.AsSpan(i).IndexOfAny('{', '}');
            var end = brace < 0 ? text.Length : i + brace;
            builder.Append(pattern.Slice(i, end - i));
            if (brace < 0)
            {
                break;
            }
            if (end + 1 < text.Length && text[end + 1] == text[end])
            {
                builder.Append(pattern.Slice(end, 1));
                i = end + 2;
                continue;
            }
            var place = Place().Match(text, end);
            if (!place.Success)
            {
                throw new TemplateFault($"the format '{text[end..Math.Min(text.Length, end + 20)]}' is not supported");
            }
            var name = place.Groups["name"].Value;
            var index = name.Length == 0 ? next++ : int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
            builder.Append(state.Made(Write(arguments.Need(index, name), place.Groups)));
            i = end + place.Length;
        }
        return builder.ToText();
    }

    private static MarkedText Write(object? value, GroupCollection place)
    {
        int Number(string name, int otherwise) => place[name].Success
            ? int.TryParse(place[name].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Widest ? number : throw new TemplateFault($"a format is wider than {Widest}")
            : otherwise;
        var (precision, width) = (Number("precision", -1), Number("width", 0));
        var body = place["type"].Value switch
        {
            "" or "s" when value is MarkedText text => precision < 0 ? text : text.Slice(0, CodePoints.Starts(text.Text) is var starts && precision < starts.Length ? starts[precision] : text.Text.Length),
            "" when precision < 0 => Printer.Print(value),
            "d" when Numbers.Widen(value) is long => Printer.Print(Numbers.Widen(value)),
            "f" when Numbers.TryGet(value, out var number) => MarkedText.Template(number.ToString($"F{Math.Min(Math.Max(precision, precision < 0 ? 6 : 0), 100)}", CultureInfo.InvariantCulture)),
            var type => throw new TemplateFault($"the format '{type}' is not supported for a value of kind {ValueKind.Name(value)}"),
        };
        var missing = Math.Max(0, width - CodePoints.Count(body.Text));
        var before = place["align"].Value switch
        {
            ">" => missing,
            "^" => missing / 2,
            "" when Numbers.TryGet(value, out _) => missing,
            _ => 0,
        };
        var fill = place["fill"].Success ? place["fill"].Value[0] : ' ';
        return new MarkedBuilder().Append(new string(fill, before)).Append(body).Append(new string(fill, missing - before)).ToText();
    }

    [GeneratedRegex(@"\G\{(?<name>[A-Za-z_0-9]*)(:((?<fill>.)?(?<align>[<>^]))?(?<width>[0-9]+)?(\.(?<precision>[0-9]+))?(?<type>[sdf])?)?\}")]
    private static partial Regex Place();
}
