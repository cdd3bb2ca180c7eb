using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>Functions that every template may call.</summary>
internal static class Globals
{
    /// <summary>The outermost scope; never assigned to, since every rendering has one of its own inside.</summary>
    public static readonly Scope Scope = Create();

    private static Scope Create()
    {
        var scope = new Scope();
        scope.Set("range", (TemplateFunction)Range);
        scope.Set("namespace", (TemplateFunction)Namespace);
        scope.Set("dict", (TemplateFunction)Dict);
        scope.Set("joiner", (TemplateFunction)Joiner);
        scope.Set("cycler", (TemplateFunction)((_, arguments) => new Cycler(arguments.Positional)));
        scope.Set("raise_exception", (TemplateFunction)((_, arguments) => throw new TemplateFault(Printer.Print(arguments.Get(0, "message")).Text, raised: true)));
        scope.Set("strftime_now", (TemplateFunction)((state, arguments) => MarkedText.Template(DateFormat.Write(state.Now, arguments.Text(0, "format").Text))));
        scope.Set("lipsum", (TemplateFunction)((_, _) => throw new TemplateFault("the function 'lipsum' is not supported")));
        return scope;
    }

    private static TemplateList Range(RenderState state, CallArguments arguments)
    {
        var (start, stop) = arguments.Positional.Count < 2 ? (0, arguments.Integer(0, "stop")) : (arguments.Integer(0, "start"), arguments.Integer(1, "stop"));
        var step = arguments.Integer(2, "step", 1);
        if (step == 0)
        {
            throw new TemplateFault("the step of a range cannot be zero");
        }
        var count = Math.Max(0, Math.Ceiling(((double)stop - start) / step));
        if (count > TemplateLimits.Range)
        {
            throw new TemplateFault($"a range has more than {TemplateLimits.Range} elements");
        }
        state.Charge((long)count);
        return new([.. Enumerable.Range(0, (int)count).Select(i => (object?)(start + (i * step)))]);
    }

    private static TemplateNamespace Namespace(RenderState state, CallArguments arguments)
    {
        var result = new TemplateNamespace();
        foreach (var (name, value) in arguments.Named)
        {
            result.Set(name, value);
        }
        return result;
    }

    private static TemplateMap Dict(RenderState state, CallArguments arguments)
    {
        var map = new TemplateMap();
        state.ChargeWalk(arguments.Get(0, "mapping"));
        foreach (var (key, value) in arguments.Get(0, "mapping") is TemplateMap source ? source.Entries : [])
        {
            map.Set(key, value);
        }
        foreach (var (name, value) in arguments.Named)
        {
            map[name] = value;
        }
        return map;
    }

    private static TemplateFunction Joiner(RenderState state, CallArguments arguments)
    {
        var separator = arguments.Has(0, "sep") ? arguments.Text(0, "sep") : MarkedText.Template(", ");
        var used = false;
        return (_, _) =>
        {
            var result = used ? separator : MarkedText.Empty;
            used = true;
            return result;
        };
    }

    private sealed class Cycler(IReadOnlyList<object?> items) : IMembers
    {
        private int _index;

        public bool TryGet(string name, out object? value)
        {
            value = name switch
            {
                "current" => items.Count == 0 ? null : items[_index],
                "next" => (TemplateFunction)((_, _) =>
                {
                    var current = items.Count == 0 ? null : items[_index];
                    _index = (_index + 1) % Math.Max(1, items.Count);
                    return current;
                }),
                "reset" => (TemplateFunction)((_, _) =>
                {
                    _index = 0;
                    return null;
                }),
                _ => new Undefined($"a cycler has no '{name}'"),
            };
            return true;
        }
    }
}
