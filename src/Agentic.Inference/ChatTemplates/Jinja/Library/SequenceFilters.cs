using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Library;

/// <summary>Filters on sequences as a whole.</summary>
internal static class SequenceFilters
{
    public static readonly IEnumerable<KeyValuePair<string, TemplateFilter>> All = new Dictionary<string, TemplateFilter>
    {
        ["length"] = (_, value, _) => Operators.Length(value),
        ["count"] = (_, value, _) => Operators.Length(value),
        ["first"] = (state, value, _) => Items(state, value) is [var first, ..] ? first : new Undefined("the sequence is empty"),
        ["last"] = (state, value, _) => value is TemplateGenerator ? throw new TemplateFault("'last' needs a sequence, not a generator") : Items(state, value) is [.., var last] ? last : new Undefined("the sequence is empty"),
        ["list"] = (state, value, _) => new TemplateList(Items(state, value)),
        ["items"] = (_, value, _) => value switch
        {
            TemplateMap map => new TemplateGenerator(ContainerMethods.Items(map).Items),
            Undefined => new TemplateGenerator([]),
            _ => throw new TemplateFault($"'items' needs a dict, not {ValueKind.Name(value)}"),
        },
        ["dictsort"] = DictSort,
        ["join"] = (state, value, a) => TextOperations.Join(state, Picked(state, value, a, 1), a.Has(0, "d") ? a.Text(0, "d") : MarkedText.Empty),
        ["reverse"] = (state, value, _) => value is MarkedText text ? TextOperations.Reverse(text) : new TemplateList([.. Items(state, value).AsEnumerable().Reverse()]),
        ["sort"] = (state, value, a) => new TemplateList(Sorted(state, value, a)),
        ["min"] = (state, value, a) => Sorted(state, value, CallArguments.None) is [var first, ..] ? first : new Undefined("the sequence is empty"),
        ["max"] = (state, value, a) => Sorted(state, value, CallArguments.None) is [.., var last] ? last : new Undefined("the sequence is empty"),
        ["sum"] = (state, value, a) => Picked(state, value, a, 0).Aggregate(a.Get(1, "start", 0L), (sum, item) => Expressions.Arithmetic.Apply(state, "+", sum, item)),
        ["unique"] = Unique,
        ["batch"] = Batch,
        ["slice"] = Slice,
    };

    public static List<object?> Items(RenderState state, object? value)
    {
        state.ChargeWalk(value);
        if (value is MarkedText text)
        {
            // Every character becomes a value of its own.
            state.Charge((long)text.Text.Length * TemplateLimits.CharsPerStep);
        }
        return [.. Operators.Iterate(value)];
    }

    /// <summary>The items, or what the argument <c>attribute</c> picks of each.</summary>
    private static IEnumerable<object?> Picked(RenderState state, object? value, CallArguments arguments, int index) =>
        arguments.Has(index, "attribute") ? Items(state, value).Select(item => Attribute.Of(item, arguments.Need(index, "attribute"))) : Items(state, value);

    private static List<object?> Sorted(RenderState state, object? value, CallArguments arguments)
    {
        var ignoreCase = !arguments.Flag(1, "case_sensitive");
        object? Key(object? item)
        {
            var key = arguments.Has(2, "attribute") ? Attribute.Of(item, arguments.Need(2, "attribute")) : item;
            return ignoreCase && key is MarkedText text ? state.Made(MarkedText.Template(text.Text.ToLowerInvariant())) : key;
        }
        var order = Comparer<object?>.Create((x, y) =>
        {
            state.Charge(TemplateLimits.CharsPerStep);
            state.ChargeComparison(x, y);
            return Operators.Compare(x, y);
        });
        var items = Items(state, value);
        try
        {
            return [.. arguments.Flag(0, "reverse") ? items.OrderDescending(Comparer<object?>.Create((x, y) => order.Compare(Key(x), Key(y)))) : items.OrderBy(Key, order)];
        }
        catch (InvalidOperationException wrapped) when (wrapped.InnerException is TemplateFault fault)
        {
            throw fault;
        }
    }

    private static TemplateList DictSort(RenderState state, object? value, CallArguments arguments)
    {
        var map = value as TemplateMap ?? throw new TemplateFault($"'dictsort' needs a dict, not {ValueKind.Name(value)}");
        var byValue = arguments.Has(1, "by") && arguments.Text(1, "by").Text == "value";
        var sorting = new CallArguments([], new Dictionary<string, object?>
        {
            ["attribute"] = byValue ? 1L : 0L,
            ["case_sensitive"] = arguments.Get(0, "case_sensitive", false),
            ["reverse"] = arguments.Get(2, "reverse", false),
        });
        return new(Sorted(state, ContainerMethods.Items(map), sorting));
    }

    private static TemplateGenerator Unique(RenderState state, object? value, CallArguments arguments)
    {
        var seen = new TemplateMap();
        var unique = new List<object?>();
        foreach (var item in Items(state, value))
        {
            state.Charge(TemplateLimits.CharsPerStep + Extent.Of(item).Size);
            object? key = item is MarkedText text && !arguments.Flag(0, "case_sensitive") ? MarkedText.Template(text.Text.ToLowerInvariant()) : item;
            if (!seen.TryGet(key, out _))
            {
                seen.Set(key, null);
                unique.Add(item);
            }
        }
        return new TemplateGenerator(unique);
    }

    private static TemplateGenerator Batch(RenderState state, object? value, CallArguments arguments)
    {
        var size = (int)Math.Clamp(arguments.Integer(0, "linecount"), 1, TemplateLimits.Range);
        var fill = arguments.Get(1, "fill_with");
        state.Charge(fill is null ? 0 : size);
        return new([.. Items(state, value).Chunk(size).Select(chunk =>
            (object?)new TemplateList(fill is null ? chunk : [.. chunk, .. Enumerable.Repeat(fill, size - chunk.Length)]))]);
    }

    /// <summary>So many lists of equal length, the first ones an item longer where that does not come out even.</summary>
    private static TemplateGenerator Slice(RenderState state, object? value, CallArguments arguments)
    {
        var count = arguments.Integer(0, "slices");
        if (count is < 1 or > TemplateLimits.Range)
        {
            throw new TemplateFault($"'slice' needs a number of slices from 1 to {TemplateLimits.Range}, not {count}");
        }
        state.Charge(count);
        var items = Items(state, value);
        var (each, longer) = ((int)(items.Count / count), (int)(items.Count % count));
        var fill = arguments.Get(1, "fill_with");
        return new([.. Enumerable.Range(0, (int)count).Select(i => items.Slice((i * each) + Math.Min(i, longer), each + (i < longer ? 1 : 0)) is var slice
            && fill is not null && i >= longer ? new TemplateList([.. slice, fill]) : (object?)new TemplateList(slice))]);
    }
}
