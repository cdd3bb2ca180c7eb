using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Expressions;

/// <summary><c>not x</c></summary>
internal sealed class Not(Expression operand, int line) : Expression(line)
{
    protected override object? Compute(RenderState state) => !Operators.IsTrue(operand.Evaluate(state));
}

/// <summary><c>x and y</c>, <c>x or y</c>: the value of the operand that decides.</summary>
internal sealed class Junction(Expression left, Expression right, bool isAnd, int line) : Expression(line)
{
    protected override object? Compute(RenderState state)
    {
        var value = left.Evaluate(state);
        return Operators.IsTrue(value) == isAnd ? right.Evaluate(state) : value;
    }
}

/// <summary><c>x if test else y</c></summary>
internal sealed class Conditional(Expression test, Expression yes, Expression? no, int line) : Expression(line)
{
    protected override object? Compute(RenderState state) =>
        Operators.IsTrue(test.Evaluate(state)) ? yes.Evaluate(state)
        : no is null ? new Undefined("the inline if has no else") : no.Evaluate(state);
}

/// <summary>A chain of comparisons: <c>a &lt; b &lt; c</c>, <c>x in list</c>.</summary>
internal sealed class Comparison(Expression first, IReadOnlyList<(string Sign, Expression Operand)> rest, int line) : Expression(line)
{
    protected override object? Compute(RenderState state)
    {
        var left = first.Evaluate(state);
        foreach (var (sign, operand) in rest)
        {
            var right = operand.Evaluate(state);
            if (sign is "in" or "not in")
            {
                state.ChargeSearch(right, left);
            }
            else
            {
                state.ChargeComparison(left, right);
            }
            if (!Holds(sign, left, right))
            {
                return false;
            }
            left = right;
        }
        return true;
    }

    private static bool Holds(string sign, object? left, object? right) => sign switch
    {
        "==" => Operators.AreEqual(left, right),
        "!=" => !Operators.AreEqual(left, right),
        "in" => Operators.Contains(right, left),
        "not in" => !Operators.Contains(right, left),
        "<" => Operators.Compare(left, right, sign) < 0,
        ">" => Operators.Compare(left, right, sign) > 0,
        "<=" => Operators.Compare(left, right, sign) <= 0,
        _ => Operators.Compare(left, right, sign) >= 0,
    };
}
