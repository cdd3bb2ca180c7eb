using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Expressions;

/// <summary>Arguments as written.</summary>
internal sealed record ArgumentList(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    public static readonly ArgumentList None = new([], []);

    public CallArguments Evaluate(RenderState state)
    {
        if (Positional.Count + Named.Count == 0)
        {
            return CallArguments.None;
        }
        var named = new Dictionary<string, object?>();
        var positional = Positional.Select(argument => argument.Evaluate(state)).ToArray();
        foreach (var (name, value) in Named)
        {
            named[name] = value.Evaluate(state);
        }
        return new(positional, named);
    }
}

/// <summary><c>f(…)</c></summary>
internal sealed class Call(Expression function, ArgumentList arguments, int line) : Expression(line)
{
    protected override object? Compute(RenderState state) => function.Evaluate(state) switch
    {
        ICallable callable => callable.Invoke(state, arguments.Evaluate(state)),
        TemplateFunction callable => callable(state, arguments.Evaluate(state)),
        Undefined undefined => throw undefined.Fault(),
        var value => throw new TemplateFault($"a value of kind {ValueKind.Name(value)} cannot be called", Line),
    };
}

/// <summary><c>x | name(…)</c>; without an operand, a filter of a block.</summary>
internal sealed class Filter(Expression? operand, string name, ArgumentList arguments, int line) : Expression(line)
{
    protected override object? Compute(RenderState state) => Apply(state, operand!.Evaluate(state));

    /// <summary>Applies the filter to a value.</summary>
    public object? Apply(RenderState state, object? value) => Library.FilterTable.Apply(state, Library.FilterTable.Find(name, Line), value, arguments.Evaluate(state));
}

/// <summary><c>x is name(…)</c></summary>
internal sealed class Test(Expression operand, string name, ArgumentList arguments, bool negated, int line) : Expression(line)
{
    protected override object? Compute(RenderState state) =>
        Library.TestTable.Apply(state, Library.TestTable.Find(name, Line), operand.Evaluate(state), arguments.Evaluate(state)) != negated;
}
