namespace Agentic.Inference.ChatTemplates.Jinja.Statements;

/// <summary>A node that does something.</summary>
internal abstract class Statement(int line)
{
    public int Line { get; } = line;

    public Flow Execute(RenderState state)
    {
        state.Enter(Line);
        return Run(state);
    }

    protected abstract Flow Run(RenderState state);
}

/// <summary>How a loop goes on after a statement.</summary>
internal enum Flow
{
    Next,
    Continue,
    Break,
}
