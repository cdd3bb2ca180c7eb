using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>Methods of dictionaries and lists. Those that would change one are refused, as in the reference's sandbox.</summary>
internal static class ContainerMethods
{
    public static TemplateFunction? Find(TemplateMap map, string name) => name switch
    {
        "get" => (_, arguments) => map.TryGet(arguments.Need(0, "key"), out var value) ? value : arguments.Get(1, "default"),
        "keys" => (state, _) => Walked(state, map, new TemplateList([.. map.Keys])),
        "values" => (state, _) => Walked(state, map, new TemplateList([.. map.Values])),
        "items" => (state, _) => Walked(state, map, Items(map)),
        "copy" => (_, _) => map,
        "pop" or "update" or "setdefault" or "clear" or "popitem" => throw new TemplateFault($"the method '{name}' of a dict changes it, which templates may not"),
        _ => null,
    };

    public static TemplateFunction? Find(TemplateList list, string name) => name switch
    {
        "index" => (state, arguments) => Find(state, list, arguments.Need(0, "value")),
        "count" => (state, arguments) => Matches(state, list, arguments.Need(0, "value")).LongCount(),
        "append" or "extend" or "insert" or "pop" or "remove" or "reverse" or "sort" or "clear" => throw new TemplateFault($"the method '{name}' of a list changes it, which templates may not"),
        _ => null,
    };

    private static TemplateList Walked(RenderState state, TemplateMap map, TemplateList list)
    {
        state.ChargeWalk(map);
        return list;
    }

    private static IEnumerable<int> Matches(RenderState state, TemplateList list, object? value)
    {
        state.ChargeSearch(list, value);
        return Enumerable.Range(0, list.Items.Count).Where(i => Operators.AreEqual(list.Items[i], value));
    }

    private static object Find(RenderState state, TemplateList list, object? value) =>
        Matches(state, list, value).Select(i => (object)(long)i).FirstOrDefault() ?? throw new TemplateFault("the value is not in the list");

    public static TemplateList Items(TemplateMap map) => new([.. map.Entries.Select(entry => TemplateList.Pair(entry.Key, entry.Value))]);
}
