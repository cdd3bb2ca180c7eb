using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Expressions;

/// <summary><c>-x</c>, <c>+x</c></summary>
internal sealed class Sign(Expression operand, bool negative, int line) : Expression(line)
{
    protected override object? Compute(RenderState state) => Numbers.Widen(operand.Evaluate(state)) switch
    {
        long number => (object)(negative ? unchecked(-number) : number),
        double number => negative ? -number : number,
        Undefined undefined => throw undefined.Fault(),
        var value => throw new TemplateFault($"a sign needs a number, not {ValueKind.Name(value)}"),
    };
}

/// <summary>The operators + − * / // % ** and ~.</summary>
internal sealed class Binary(string sign, Expression left, Expression right, int line) : Expression(line)
{
    protected override object? Compute(RenderState state)
    {
        var a = left.Evaluate(state);
        var b = right.Evaluate(state);
        return sign == "~" ? state.Made(Printer.Print(a).Concat(Printer.Print(b))) : Arithmetic.Apply(state, sign, a, b);
    }
}

/// <summary>Arithmetic on numbers, and what + * % mean for texts and lists.</summary>
internal static class Arithmetic
{
    public static object? Apply(RenderState state, string sign, object? left, object? right)
    {
        var (a, b) = (Numbers.Widen(left), Numbers.Widen(right));
        switch (sign, a, b)
        {
            case (_, Undefined undefined, _):
                throw undefined.Fault();
            case (_, _, Undefined undefined):
                throw undefined.Fault();
            case ("+", MarkedText x, MarkedText y):
                return state.Made(x.Concat(y));
            case ("+", TemplateList x, TemplateList y) when x.IsTuple == y.IsTuple:
                state.Charge(x.Items.Count + y.Items.Count);
                return new TemplateList([.. x.Items, .. y.Items], x.IsTuple);
            case ("*", MarkedText x, long times):
                return Repeat(state, x, times);
            case ("*", long times, MarkedText x):
                return Repeat(state, x, times);
            case ("%", MarkedText pattern, _):
                return Library.PercentFormat.Apply(state, pattern, b is TemplateList { IsTuple: true } tuple ? tuple.Items : [right]);
            case (not "/", long x, long y):
                return Integers(sign, x, y);
            case (_, long or double, long or double):
                _ = Numbers.TryGet(a, out var p);
                _ = Numbers.TryGet(b, out var q);
                return Reals(sign, p, q);
            default:
                throw new TemplateFault($"'{sign}' has no meaning between {ValueKind.Name(left)} and {ValueKind.Name(right)}");
        }
    }

    private static MarkedText Repeat(RenderState state, MarkedText text, long times)
    {
        var builder = new MarkedBuilder();
        for (long i = 0; i < times; i++)
        {
            state.Charge(text.Text.Length + TemplateLimits.CharsPerStep);
            builder.Append(text);
        }
        return builder.ToText();
    }

    private static object Integers(string sign, long x, long y)
    {
        try
        {
            return sign switch
            {
                "+" => checked(x + y),
                "-" => checked(x - y),
                "*" => checked(x * y),
                "//" or "%" when y == 0 => throw new TemplateFault("division by zero"),
                "//" when y == -1 => checked(-x),
                "//" => (x / y) - (x % y != 0 && (x < 0) != (y < 0) ? 1 : 0),
                "%" when y == -1 => 0L,
                "%" => ((x % y) + y) % y,
                _ => Power(x, y),
            };
        }
        catch (OverflowException)
        {
            throw new TemplateFault("a number has more than 64 bits");
        }
    }

    private static object Power(long x, long y)
    {
        if (y < 0)
        {
            return Math.Pow(x, y);
        }
        var result = 1L;
        for (long i = 0; i < y && result is not (0 or 1 or -1) | i == 0; i++)
        {
            result = checked(result * x);
        }
        return result == -1 && y % 2 == 0 ? 1L : result;
    }

    private static double Reals(string sign, double x, double y) => sign switch
    {
        "+" => x + y,
        "-" => x - y,
        "*" => x * y,
        "**" => Math.Pow(x, y),
        _ when y == 0 => throw new TemplateFault("division by zero"),
        "/" => x / y,
        "//" => Math.Floor(x / y),
        _ => x - (y * Math.Floor(x / y)),
    };
}
