using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>A filter: what stands after a bar.</summary>
internal delegate object? TemplateFilter(RenderState state, object? value, CallArguments arguments);

/// <summary>The filters by name; a new one is an entry in one of the lists that it is made of.</summary>
internal static class FilterTable
{
    private static readonly Dictionary<string, TemplateFilter> Table =
        new(TextFilters.All.Concat(SequenceFilters.All).Concat(SelectionFilters.All).Concat(ValueFilters.All));

    public static TemplateFilter Find(string name, int? line = null) =>
        Table.TryGetValue(name, out var filter) ? filter : throw new TemplateFault($"the filter '{name}' is unknown or not supported", line);

    /// <summary>Applies a filter, counting a walk through what goes in and the making of what comes out.</summary>
    public static object? Apply(RenderState state, TemplateFilter filter, object? value, CallArguments arguments)
    {
        state.ChargeWalk(value);
        var result = filter(state, value, arguments);
        return result is MarkedText text ? state.Made(text) : result;
    }

    public static bool Has(string name) => Table.ContainsKey(name);
}
