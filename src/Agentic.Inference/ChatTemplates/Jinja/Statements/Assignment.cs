using Agentic.Inference.ChatTemplates.Jinja.Expressions;
using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Statements;

/// <summary>What is assigned: a variable, several, or a member of a namespace.</summary>
internal abstract record AssignmentTarget
{
    public abstract void Assign(RenderState state, object? value);
}

/// <summary>A variable of the innermost scope.</summary>
internal sealed record VariableTarget(string Name) : AssignmentTarget
{
    public override void Assign(RenderState state, object? value) => state.Scope.Set(Name, value);
}

/// <summary>A member of a namespace.</summary>
internal sealed record MemberTarget(string Variable, string Name) : AssignmentTarget
{
    public override void Assign(RenderState state, object? value)
    {
        var target = state.Scope.Get(Variable) as TemplateNamespace ?? throw new TemplateFault($"'{Variable}' is not a namespace and its members cannot be assigned");
        target.Set(Name, value);
    }
}

/// <summary>Several targets for the elements of a sequence.</summary>
internal sealed record TupleTarget(IReadOnlyList<AssignmentTarget> Targets) : AssignmentTarget
{
    public override void Assign(RenderState state, object? value)
    {
        var values = Operators.Iterate(value).ToList();
        if (values.Count != Targets.Count)
        {
            throw new TemplateFault($"{values.Count} values cannot be assigned to {Targets.Count} names");
        }
        for (var i = 0; i < values.Count; i++)
        {
            Targets[i].Assign(state, values[i]);
        }
    }
}

/// <summary><c>{% set x = … %}</c></summary>
internal sealed class Set(AssignmentTarget target, Expression value, int line) : Statement(line)
{
    protected override Flow Run(RenderState state)
    {
        target.Assign(state, value.Evaluate(state));
        return Flow.Next;
    }
}

/// <summary><c>{% set x %}…{% endset %}</c></summary>
internal sealed class SetBlock(AssignmentTarget target, IReadOnlyList<Filter> filters, Statement body, int line) : Statement(line)
{
    protected override Flow Run(RenderState state)
    {
        object? value = state.Capture(() => body.Execute(state));
        foreach (var filter in filters)
        {
            value = filter.Apply(state, value);
        }
        target.Assign(state, value);
        return Flow.Next;
    }
}
