namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>
/// What filters such as <c>map</c> and <c>select</c> return: items that can be gone through once. As in the reference it is always true,
/// has no length and no JSON form; a second walk finds nothing.
/// </summary>
internal sealed class TemplateGenerator(IReadOnlyList<object?> items) : IContainer
{
    private IReadOnlyList<object?> _items = items;

    public Extent Extent { get; } = items.Aggregate(Extent.None, (extent, item) => extent.Add(item));

    public IReadOnlyList<object?> Take()
    {
        var items = _items;
        _items = [];
        return items;
    }
}
