using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Expressions;

/// <summary>A constant.</summary>
internal sealed class Constant(object? value, int line) : Expression(line)
{
    protected override object? Compute(RenderState state) => value;
}

/// <summary>A variable.</summary>
internal sealed class Variable(string name, int line) : Expression(line)
{
    public string Name { get; } = name;

    protected override object? Compute(RenderState state) => state.Scope.Get(Name);
}

/// <summary>A list or tuple in brackets.</summary>
internal sealed class ListLiteral(IReadOnlyList<Expression> items, bool isTuple, int line) : Expression(line)
{
    public IReadOnlyList<Expression> Items { get; } = items;

    public bool IsTuple { get; } = isTuple;

    protected override object? Compute(RenderState state) => new TemplateList([.. Items.Select(item => item.Evaluate(state))], IsTuple);
}

/// <summary>A dictionary in braces.</summary>
internal sealed class MapLiteral(IReadOnlyList<(Expression Key, Expression Value)> entries, int line) : Expression(line)
{
    protected override object? Compute(RenderState state)
    {
        var map = new TemplateMap();
        foreach (var (key, value) in entries)
        {
            map.Set(key.Evaluate(state), value.Evaluate(state));
        }
        return map;
    }
}
