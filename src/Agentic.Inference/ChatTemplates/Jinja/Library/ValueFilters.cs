using System.Globalization;
using Agentic.Inference.ChatTemplates.Jinja.Expressions;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>Filters on numbers and on any value.</summary>
internal static class ValueFilters
{
    public static readonly IEnumerable<KeyValuePair<string, TemplateFilter>> All = new Dictionary<string, TemplateFilter>
    {
        ["default"] = Default,
        ["d"] = Default,
        ["tojson"] = (_, value, a) => JsonPrinter.Print(value, a.Get(0, "indent") is null ? null : (int)Math.Clamp(a.Integer(0, "indent"), 0, 100), a.Named.TryGetValue("ensure_ascii", out var ascii) && Operators.IsTrue(ascii)),
        ["int"] = (_, value, a) => ToInteger(value) ?? a.Get(0, "default", 0L),
        ["float"] = (_, value, a) => ToReal(value) ?? a.Get(0, "default", 0.0),
        ["abs"] = (_, value, _) => Numbers.Widen(value) switch
        {
            long number => (object)(number < 0 ? unchecked(-number) : number),
            double number => Math.Abs(number),
            _ => throw new TemplateFault($"'abs' needs a number, not {ValueKind.Name(value)}"),
        },
        ["round"] = (_, value, a) => Round(value, a),
        ["attr"] = (_, value, a) => value is IMembers ? Lookup.Key(value, a.Text(0, "name")) : (object?)Lookup.Method(value, a.Text(0, "name").Text) ?? new Undefined("there is no such attribute"),
    };

    private static object? Default(RenderState state, object? value, CallArguments arguments) =>
        value is Undefined || (arguments.Flag(1, "boolean") && !Operators.IsTrue(value)) ? arguments.Get(0, "default_value", MarkedText.Empty) : value;

    private static object? ToInteger(object? value) => Numbers.Widen(value) switch
    {
        long number => number,
        double number when Math.Abs(number) < 9e18 => (long)number,
        MarkedText text when long.TryParse(text.Text.Trim(), CultureInfo.InvariantCulture, out var number) => number,
        MarkedText text when ToReal(text) is double number && Math.Abs(number) < 9e18 => (long)number,
        _ => null,
    };

    private static object? ToReal(object? value) => value switch
    {
        MarkedText text => double.TryParse(text.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => Numbers.TryGet(value, out var number) ? number : null,
    };

    /// <summary>The nearest decimal by the exact value of the number; ties go to the even digit.</summary>
    private static double Nearest(double number, int digits)
    {
        var exact = number.ToString("F100", CultureInfo.InvariantCulture);
        var rest = exact.AsSpan(exact.IndexOf('.', StringComparison.Ordinal) + 1 + digits);
        return rest[0] == '5' && rest[1..].IndexOfAnyExcept('0') < 0
            ? Math.Round(number, digits, MidpointRounding.ToEven)
            : double.Parse(number.ToString($"F{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private static double Round(object? value, CallArguments arguments)
    {
        if (!Numbers.TryGet(value, out var number))
        {
            throw new TemplateFault($"'round' needs a number, not {ValueKind.Name(value)}");
        }
        var digits = (int)Math.Clamp(arguments.Integer(0, "precision", 0), -15, 15);
        var scale = Math.Pow(10, digits);
        return (arguments.Has(1, "method") ? arguments.Text(1, "method").Text : "common") switch
        {
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            "common" when digits >= 0 => Nearest(number, digits),
            "common" => Math.Round(number * scale, MidpointRounding.ToEven) / scale,
            var method => throw new TemplateFault($"the rounding method '{method}' is not supported"),
        };
    }
}
