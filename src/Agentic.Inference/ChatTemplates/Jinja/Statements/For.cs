using Agentic.Inference.ChatTemplates.Jinja.Expressions;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Statements;

/// <summary><c>{% for x in list if test recursive %}…{% else %}…{% endfor %}</c>; every round has a scope of its own.</summary>
internal sealed class For(AssignmentTarget target, Expression source, Expression? test, bool recursive, Statement body, Statement? otherwise, int line) : Statement(line)
{
    protected override Flow Run(RenderState state)
    {
        Loop(state, source.Evaluate(state), depth: 1);
        return Flow.Next;
    }

    private void Loop(RenderState state, object? sequence, int depth)
    {
        var items = Items(state, sequence);
        if (items.Count == 0)
        {
            otherwise?.Execute(state);
            return;
        }
        TemplateFunction? again = recursive
            ? (inner, arguments) => inner.Call(() => inner.Capture(() => Loop(inner, arguments.Need(0, "iterable"), depth + 1)))
            : null;
        var loop = new LoopVariable(items, depth, again);
        foreach (var item in items)
        {
            loop.MoveNext();
            var flow = state.In(Round(state, loop), () =>
            {
                target.Assign(state, item);
                return body.Execute(state);
            });
            if (flow == Flow.Break)
            {
                break;
            }
        }
    }

    private static Scope Round(RenderState state, LoopVariable loop)
    {
        var scope = new Scope(state.Scope);
        scope.Set("loop", loop);
        return scope;
    }

    private List<object?> Items(RenderState state, object? sequence)
    {
        var items = Library.SequenceFilters.Items(state, sequence);
        return test is null ? items : items.FindAll(item => state.In(new Scope(state.Scope), () =>
        {
            target.Assign(state, item);
            return Operators.IsTrue(test.Evaluate(state));
        }));
    }
}
