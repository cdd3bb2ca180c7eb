namespace Agentic.Inference.ChatTemplates.Jinja.Expressions;

/// <summary>A node that has a value.</summary>
internal abstract class Expression(int line)
{
    public int Line { get; } = line;

    public object? Evaluate(RenderState state)
    {
        state.Enter(Line);
        return Compute(state);
    }

    protected abstract object? Compute(RenderState state);
}
