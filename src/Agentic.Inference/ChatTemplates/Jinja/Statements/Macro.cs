using Agentic.Inference.ChatTemplates.Jinja.Expressions;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Statements;

/// <summary><c>{% macro f(a, b=1) %}</c></summary>
internal sealed class Macro(string name, IReadOnlyList<(string Name, Expression? Default)> parameters, Statement body, int line) : Statement(line)
{
    protected override Flow Run(RenderState state)
    {
        state.Scope.Set(name, Bind(state.Scope));
        return Flow.Next;
    }

    /// <summary>The macro as a function that sees the variables of the place where it was defined.</summary>
    public TemplateFunction Bind(Scope home) => (state, arguments) =>
        state.Call(() => state.In(new Scope(home), () =>
        {
            Assign(state, arguments);
            return state.Capture(() => body.Execute(state));
        }));

    private void Assign(RenderState state, CallArguments arguments)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            var (parameter, otherwise) = parameters[i];
            state.Scope.Set(parameter, arguments.Has(i, parameter) ? arguments.Get(i, parameter)
                : otherwise is null ? new Undefined($"parameter '{parameter}' was not given") : otherwise.Evaluate(state));
        }
        state.Scope.Set("varargs", new TemplateList([.. arguments.Positional.Skip(parameters.Count)], isTuple: true));
        var rest = new TemplateMap();
        foreach (var (key, value) in arguments.Named.Where(a => parameters.All(p => p.Name != a.Key)))
        {
            if (key == "caller")
            {
                state.Scope.Set(key, value);
            }
            else
            {
                rest[key] = value;
            }
        }
        state.Scope.Set("kwargs", rest);
    }
}

/// <summary><c>{% call(a) f(…) %}…{% endcall %}</c></summary>
internal sealed class CallBlock(Expression function, ArgumentList arguments, Macro caller, int line) : Statement(line)
{
    protected override Flow Run(RenderState state)
    {
        var callable = function.Evaluate(state) as TemplateFunction ?? throw new TemplateFault("a call block needs a macro", Line);
        var given = arguments.Evaluate(state);
        var named = new Dictionary<string, object?>(given.Named) { ["caller"] = caller.Bind(state.Scope) };
        state.Output.Append(state.Made(Printer.Print(callable(state, new(given.Positional, named)))));
        return Flow.Next;
    }
}
