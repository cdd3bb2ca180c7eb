using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>Filters that go through a sequence item by item: map, select, reject, group.</summary>
internal static class SelectionFilters
{
    public static readonly IEnumerable<KeyValuePair<string, TemplateFilter>> All = new Dictionary<string, TemplateFilter>
    {
        ["map"] = Map,
        ["select"] = (state, value, a) => Select(state, value, a, wanted: true, byAttribute: false),
        ["reject"] = (state, value, a) => Select(state, value, a, wanted: false, byAttribute: false),
        ["selectattr"] = (state, value, a) => Select(state, value, a, wanted: true, byAttribute: true),
        ["rejectattr"] = (state, value, a) => Select(state, value, a, wanted: false, byAttribute: true),
        ["groupby"] = GroupBy,
    };

    private static TemplateGenerator Map(RenderState state, object? value, CallArguments arguments)
    {
        // As in the reference, nothing that is false has items, not even none.
        var items = Operators.IsTrue(value) ? SequenceFilters.Items(state, value) : [];
        if (arguments.Named.TryGetValue("attribute", out var attribute))
        {
            var hasDefault = arguments.Named.TryGetValue("default", out var otherwise);
            return new([.. items.Select(item => Attribute.Of(item, attribute) is var found && found is Undefined && hasDefault ? otherwise : found)]);
        }
        var filter = FilterTable.Find(arguments.Text(0, "filter").Text);
        return new([.. items.Select(item => FilterTable.Apply(state, filter, item, arguments.Skip(1)))]);
    }

    private static TemplateGenerator Select(RenderState state, object? value, CallArguments arguments, bool wanted, bool byAttribute)
    {
        var first = byAttribute ? 1 : 0;
        TemplateTest test = arguments.Positional.Count > first
            ? TestTable.Find(arguments.Text(first, "test").Text)
            : static (_, item, _) => Operators.IsTrue(item);
        var rest = arguments.Skip(first + 1);
        return new((Operators.IsTrue(value) ? SequenceFilters.Items(state, value) : []).FindAll(item =>
        {
            state.Charge(TemplateLimits.CharsPerStep);
            return TestTable.Apply(state, test, byAttribute ? Attribute.Of(item, arguments.Need(0, "attribute")) : item, rest) == wanted;
        }));
    }

    private static TemplateList GroupBy(RenderState state, object? value, CallArguments arguments)
    {
        var attribute = arguments.Need(0, "attribute");
        var sorted = (TemplateList)FilterTable.Apply(state, FilterTable.Find("sort"), value, new([], new Dictionary<string, object?> { ["attribute"] = attribute }))!;
        var groups = new List<(object? Key, List<object?> Items)>();
        foreach (var item in sorted.Items)
        {
            var key = Attribute.Of(item, attribute);
            state.Charge(Extent.Of(key).Size);
            if (groups.Count == 0 || !Operators.AreEqual(groups[^1].Key, key))
            {
                groups.Add((key, []));
            }
            groups[^1].Items.Add(item);
        }
        return new([.. groups.Select(group => (object?)TemplateList.Pair(group.Key, new TemplateList(group.Items)))]);
    }
}
