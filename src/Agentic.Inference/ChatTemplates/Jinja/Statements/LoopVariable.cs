using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Statements;

/// <summary>The variable <c>loop</c>.</summary>
internal sealed class LoopVariable(List<object?> items, int depth, TemplateFunction? again) : IMembers, ICallable
{
    private int index = -1;
    private object? lastChanged;
    private bool hasChanged;

    public void MoveNext() => index++;

    public object? Invoke(RenderState state, CallArguments arguments) =>
        again is null ? throw new TemplateFault("this loop is not recursive") : again(state, arguments);

    public bool TryGet(string name, out object? value)
    {
        value = name switch
        {
            "index" => index + 1L,
            "index0" => (long)index,
            "revindex" => (long)items.Count - index,
            "revindex0" => (long)items.Count - index - 1,
            "first" => index == 0,
            "last" => index == items.Count - 1,
            "length" => (long)items.Count,
            "depth" => (long)depth,
            "depth0" => depth - 1L,
            "previtem" => index > 0 ? items[index - 1] : new Undefined("there is no previous item"),
            "nextitem" => index + 1 < items.Count ? items[index + 1] : new Undefined("there is no next item"),
            "cycle" => (TemplateFunction)((_, arguments) => arguments.Need(index % Math.Max(1, arguments.Positional.Count), "item")),
            "changed" => (TemplateFunction)((_, arguments) => Changed(new TemplateList(arguments.Positional))),
            _ => new Undefined($"the loop has no '{name}'"),
        };
        return true;
    }

    private bool Changed(TemplateList values)
    {
        var changed = !hasChanged || !Operators.AreEqual(lastChanged, values);
        (lastChanged, hasChanged) = (values, true);
        return changed;
    }
}
