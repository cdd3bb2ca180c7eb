using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Statements;

/// <summary>The variable <c>loop</c>.</summary>
internal sealed class LoopVariable(List<object?> items, int depth, TemplateFunction? again) : IMembers, ICallable
{
    private int _index = -1;
    private object? _lastChanged;
    private bool _hasChanged;

    public void MoveNext() => _index++;

    public object? Invoke(RenderState state, CallArguments arguments) =>
        again is null ? throw new TemplateFault("this loop is not recursive") : again(state, arguments);

    public bool TryGet(string name, out object? value)
    {
        value = name switch
        {
            "index" => _index + 1L,
            "index0" => (long)_index,
            "revindex" => (long)items.Count - _index,
            "revindex0" => (long)items.Count - _index - 1,
            "first" => _index == 0,
            "last" => _index == items.Count - 1,
            "length" => (long)items.Count,
            "depth" => (long)depth,
            "depth0" => depth - 1L,
            "previtem" => _index > 0 ? items[_index - 1] : new Undefined("there is no previous item"),
            "nextitem" => _index + 1 < items.Count ? items[_index + 1] : new Undefined("there is no next item"),
            "cycle" => (TemplateFunction)((_, arguments) => arguments.Need(_index % Math.Max(1, arguments.Positional.Count), "item")),
            "changed" => (TemplateFunction)((state, arguments) => Changed(state, new TemplateList(arguments.Positional))),
            _ => new Undefined($"the loop has no '{name}'"),
        };
        return true;
    }

    private bool Changed(RenderState state, TemplateList values)
    {
        state.ChargeComparison(_lastChanged, values);
        var changed = !_hasChanged || !Operators.AreEqual(_lastChanged, values);
        (_lastChanged, _hasChanged) = (values, true);
        return changed;
    }
}
