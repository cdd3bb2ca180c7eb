namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>A list, or a tuple when <see cref="IsTuple"/>; never changed once made.</summary>
internal sealed class TemplateList : IContainer
{
    public TemplateList(IReadOnlyList<object?> items, bool isTuple = false)
    {
        Items = items;
        IsTuple = isTuple;
        Extent = items.Aggregate(Extent.None, (extent, item) => extent.Add(item));
    }

    public IReadOnlyList<object?> Items { get; }

    public bool IsTuple { get; }

    public Extent Extent { get; }

    public static TemplateList Pair(object? first, object? second) => new([first, second], isTuple: true);
}
