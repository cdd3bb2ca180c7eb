using Agentic.Inference.ChatTemplates.Jinja.Values;

namespace Agentic.Inference.ChatTemplates.Jinja.Expressions;

/// <summary><c>x.name</c>: a method first, then a key.</summary>
internal sealed class Member(Expression target, string name, int line) : Expression(line)
{
    public Expression Target { get; } = target;

    public string Name { get; } = name;

    protected override object? Compute(RenderState state)
    {
        var value = Target.Evaluate(state);
        return Lookup.Method(value, Name) ?? Lookup.Key(value, MarkedText.Template(Name));
    }
}

/// <summary><c>x[key]</c>: a key first, then a method.</summary>
internal sealed class Item(Expression target, Expression key, int line) : Expression(line)
{
    protected override object? Compute(RenderState state)
    {
        var value = target.Evaluate(state);
        var index = key.Evaluate(state);
        state.Charge(Extent.Of(index).Size + (value is MarkedText text ? text.Text.Length : 0));
        var found = Lookup.Key(value, index);
        return found is Undefined && index is MarkedText name ? Lookup.Method(value, name.Text) ?? found : found;
    }
}

/// <summary><c>x[from:to:step]</c></summary>
internal sealed class Slice(Expression target, Expression? from, Expression? to, Expression? step, int line) : Expression(line)
{
    protected override object? Compute(RenderState state)
    {
        var value = target.Evaluate(state);
        var (begin, end, stride) = (Bound(from, state), Bound(to, state), Bound(step, state) ?? 1);
        if (stride == 0)
        {
            throw new TemplateFault("the step of a slice cannot be zero");
        }
        switch (value)
        {
            case TemplateList list:
                state.Charge(list.Items.Count);
                return new TemplateList([.. Indices(list.Items.Count, begin, end, stride).Select(i => list.Items[i])], list.IsTuple);
            case MarkedText text:
                state.Charge(text.Text.Length);
                return SliceText(text, begin, end, stride);
            case Undefined undefined:
                throw undefined.Fault();
            default:
                throw new TemplateFault($"a value of kind {ValueKind.Name(value)} cannot be sliced");
        }
    }

    private static long? Bound(Expression? bound, RenderState state) => bound?.Evaluate(state) switch
    {
        null => null,
        long number => number,
        var value => throw new TemplateFault($"a slice needs integers, not {ValueKind.Name(value)}"),
    };

    private static MarkedText SliceText(MarkedText text, long? begin, long? end, long stride)
    {
        var starts = CodePoints.Starts(text.Text);
        int End(int i) => i + 1 < starts.Length ? starts[i + 1] : text.Text.Length;
        var indices = Indices(starts.Length, begin, end, stride).ToList();
        if (indices.Count == 0)
        {
            return MarkedText.Empty;
        }
        if (stride == 1)
        {
            return text.Slice(starts[indices[0]], End(indices[^1]) - starts[indices[0]]);
        }
        var builder = new MarkedBuilder();
        indices.ForEach(i => builder.Append(text.Slice(starts[i], End(i) - starts[i])));
        return builder.ToText();
    }

    private static IEnumerable<int> Indices(int count, long? begin, long? end, long step)
    {
        long Clamp(long? bound, long otherwise, long low, long high) => bound is { } b ? Math.Clamp(b < 0 ? b + count : b, low, high) : otherwise;
        var (from, to) = step > 0
            ? (Clamp(begin, 0, 0, count), Clamp(end, count, 0, count))
            : (Clamp(begin, count - 1, -1, count - 1), Clamp(end, -1, -1, count - 1));
        for (var i = from; step > 0 ? i < to : i > to; i += step)
        {
            yield return (int)i;
        }
    }
}

/// <summary>Keys, members and methods of values.</summary>
internal static class Lookup
{
    public static object? Key(object? value, object? key)
    {
        switch (value)
        {
            case TemplateMap map:
                return map.TryGet(key, out var found) ? found : Missing(value, key);
            case IMembers members when key is MarkedText name:
                return members.TryGet(name.Text, out var member) ? member : Missing(value, key);
            case TemplateList list when Numbers.Widen(key) is long index:
                index = index < 0 ? index + list.Items.Count : index;
                return index >= 0 && index < list.Items.Count ? list.Items[(int)index] : Missing(value, key);
            case MarkedText text when Numbers.Widen(key) is long index:
                var starts = CodePoints.Starts(text.Text);
                index = index < 0 ? index + starts.Length : index;
                return index < 0 || index >= starts.Length ? Missing(value, key)
                    : text.Slice(starts[index], (index + 1 < starts.Length ? starts[index + 1] : text.Text.Length) - starts[index]);
            case Undefined undefined:
                throw undefined.Fault();
            default:
                return Missing(value, key);
        }
    }

    public static TemplateFunction? Method(object? value, string name) => value switch
    {
        Undefined undefined => throw undefined.Fault(),
        MarkedText text => Library.TextMethods.Find(text, name),
        TemplateMap map => Library.ContainerMethods.Find(map, name),
        TemplateList list => Library.ContainerMethods.Find(list, name),
        double number when name == "is_integer" => (_, _) => number == Math.Floor(number),
        _ => null,
    };

    private static Undefined Missing(object? value, object? key) =>
        new($"a value of kind {ValueKind.Name(value)} has no '{Printer.Print(key).Text}'");
}
