using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>Methods of dictionaries and lists. Those that would change one are refused, as in the reference's sandbox.</summary>
internal static class ContainerMethods
{
    public static TemplateFunction? Find(TemplateMap map, string name) => name switch
    {
        "get" => (_, arguments) => map.TryGet(arguments.Need(0, "key"), out var value) ? value : arguments.Get(1, "default"),
        "keys" => (_, _) => new TemplateList([.. map.Keys]),
        "values" => (_, _) => new TemplateList([.. map.Values]),
        "items" => (_, _) => Items(map),
        "copy" => (_, _) => map,
        "pop" or "update" or "setdefault" or "clear" or "popitem" => throw new TemplateFault($"the method '{name}' of a dict changes it, which templates may not"),
        _ => null,
    };

    public static TemplateFunction? Find(TemplateList list, string name) => name switch
    {
        "index" => (_, arguments) => list.Items.Index().First(item => Operators.AreEqual(item.Item, arguments.Need(0, "value"))).Index + 0L,
        "count" => (_, arguments) => list.Items.LongCount(item => Operators.AreEqual(item, arguments.Need(0, "value"))),
        "append" or "extend" or "insert" or "pop" or "remove" or "reverse" or "sort" or "clear" => throw new TemplateFault($"the method '{name}' of a list changes it, which templates may not"),
        _ => null,
    };

    public static TemplateList Items(TemplateMap map) => new([.. map.Entries.Select(entry => TemplateList.Pair(entry.Key, entry.Value))]);
}
