using Agentic.Inference.ChatTemplates.Jinja.Expressions;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Statements;

/// <summary>Text of the template.</summary>
internal sealed class TextOutput(string text, int line) : Statement(line)
{
    protected override Flow Run(RenderState state)
    {
        state.Charge(text.Length);
        state.Output.Append(text);
        return Flow.Next;
    }
}

/// <summary><c>{{ x }}</c></summary>
internal sealed class Print(Expression expression, int line) : Statement(line)
{
    protected override Flow Run(RenderState state)
    {
        state.Output.Append(state.Made(Printer.Print(expression.Evaluate(state))));
        return Flow.Next;
    }
}

/// <summary>Statements one after the other.</summary>
internal sealed class Body(IReadOnlyList<Statement> statements, int line) : Statement(line)
{
    protected override Flow Run(RenderState state)
    {
        foreach (var statement in statements)
        {
            var flow = statement.Execute(state);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }
        return Flow.Next;
    }
}

/// <summary><c>{% if %}</c>; elif is an if in the else.</summary>
internal sealed class If(Expression test, Statement yes, Statement? no, int line) : Statement(line)
{
    protected override Flow Run(RenderState state) =>
        Operators.IsTrue(test.Evaluate(state)) ? yes.Execute(state) : no?.Execute(state) ?? Flow.Next;
}

/// <summary><c>{% break %}</c> and <c>{% continue %}</c></summary>
internal sealed class Jump(Flow flow, int line) : Statement(line)
{
    protected override Flow Run(RenderState state) => flow;
}

/// <summary><c>{% with a = 1 %}</c></summary>
internal sealed class With(IReadOnlyList<(AssignmentTarget Target, Expression Value)> variables, Statement body, int line) : Statement(line)
{
    protected override Flow Run(RenderState state)
    {
        var values = variables.Select(variable => variable.Value.Evaluate(state)).ToArray();
        return state.In(new Scope(state.Scope), () =>
        {
            for (var i = 0; i < values.Length; i++)
            {
                variables[i].Target.Assign(state, values[i]);
            }
            return body.Execute(state);
        });
    }
}

/// <summary><c>{% filter f %}</c></summary>
internal sealed class FilterBlock(IReadOnlyList<Filter> filters, Statement body, int line) : Statement(line)
{
    protected override Flow Run(RenderState state)
    {
        object? value = state.Capture(() => body.Execute(state));
        foreach (var filter in filters)
        {
            value = filter.Apply(state, value);
        }
        state.Output.Append(state.Made(Printer.Print(value)));
        return Flow.Next;
    }
}
