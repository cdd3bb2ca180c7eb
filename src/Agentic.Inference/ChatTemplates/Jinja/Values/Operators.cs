namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Truth, equality, order, membership and iteration of values.</summary>
internal static class Operators
{
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        MarkedText text => text.Text.Length > 0,
        TemplateList list => list.Items.Count > 0,
        TemplateMap map => map.Count > 0,
        _ => true,
    };

    public static bool AreEqual(object? left, object? right)
    {
        if (Numbers.TryGet(left, out var a) && Numbers.TryGet(right, out var b))
        {
            return left is long x && right is long y ? x == y : a == b;
        }
        return (left, right) switch
        {
            (TemplateList x, TemplateList y) => x.IsTuple == y.IsTuple && x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(p => AreEqual(p.First, p.Second)),
            (TemplateMap x, TemplateMap y) => x.Count == y.Count && x.Entries.All(e => y.TryGet(e.Key, out var other) && AreEqual(e.Value, other)),
            (Undefined, Undefined) => true,
            _ => Equals(left, right),
        };
    }

    /// <summary>Less than zero, zero or more than zero; fails for kinds that have no order.</summary>
    public static int Compare(object? left, object? right, string sign = "<")
    {
        if (Numbers.TryGet(left, out var a) && Numbers.TryGet(right, out var b))
        {
            return left is long x && right is long y ? x.CompareTo(y) : a.CompareTo(b);
        }
        switch (left, right)
        {
            case (MarkedText x, MarkedText y):
                return string.CompareOrdinal(x.Text, y.Text);
            case (TemplateList x, TemplateList y) when x.IsTuple == y.IsTuple:
                for (var i = 0; i < Math.Min(x.Items.Count, y.Items.Count); i++)
                {
                    if (!AreEqual(x.Items[i], y.Items[i]))
                    {
                        return Compare(x.Items[i], y.Items[i], sign);
                    }
                }
                return x.Items.Count.CompareTo(y.Items.Count);
            case (Undefined undefined, _):
                throw undefined.Fault();
            case (_, Undefined undefined):
                throw undefined.Fault();
            default:
                throw new TemplateFault($"'{sign}' has no meaning between {ValueKind.Name(left)} and {ValueKind.Name(right)}");
        }
    }

    public static bool Contains(object? container, object? item) => container switch
    {
        MarkedText text when item is MarkedText part => text.Text.Contains(part.Text, StringComparison.Ordinal),
        MarkedText => throw new TemplateFault($"'in' a string needs a string, not {ValueKind.Name(item)}"),
        TemplateMap map => map.TryGet(item, out _),
        _ => Iterate(container).Any(value => AreEqual(value, item)),
    };

    public static IEnumerable<object?> Iterate(object? value) => value switch
    {
        TemplateList list => list.Items,
        MarkedText text => CodePoints.Split(text),
        TemplateMap map => map.Keys,
        TemplateGenerator generator => generator.Take(),
        Undefined => [],
        _ => throw new TemplateFault($"a value of kind {ValueKind.Name(value)} cannot be iterated"),
    };

    public static long Length(object? value) => value switch
    {
        TemplateList list => list.Items.Count,
        MarkedText text => CodePoints.Count(text.Text),
        TemplateMap map => map.Count,
        Undefined => 0,
        _ => throw new TemplateFault($"a value of kind {ValueKind.Name(value)} has no length"),
    };
}
