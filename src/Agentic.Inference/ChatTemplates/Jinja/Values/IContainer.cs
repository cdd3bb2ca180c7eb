namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>A value made of values.</summary>
internal interface IContainer
{
    Extent Extent { get; }
}

/// <summary>How much a container holds and how deep: bounded when it is made, so that walking one always ends.</summary>
/// <param name="Elements">Values in it and in what is in it, shared ones counted each time.</param>
/// <param name="Depth">Containers inside each other.</param>
/// <param name="Chars">Characters of the texts among the values.</param>
internal readonly record struct Extent(long Elements, int Depth, long Chars)
{
    public static readonly Extent None = new(0, 1, 0);

    /// <summary>Characters and values together: what it costs to look at all of them.</summary>
    public long Size => Chars + Elements;

    public static Extent Of(object? value) => value switch
    {
        IContainer container => container.Extent,
        MarkedText text => new(0, 0, text.Text.Length),
        _ => default,
    };

    public Extent Add(object? value)
    {
        var inner = Of(value);
        var sum = new Extent(Elements + 1 + inner.Elements, Math.Max(Depth, inner.Depth + 1), Chars + inner.Chars);
        return sum.Depth > TemplateLimits.Nesting ? throw new TemplateFault("a value nests too deep")
            : sum.Elements > TemplateLimits.Elements ? throw new TemplateFault($"a value has more than {TemplateLimits.Elements} elements")
            : sum;
    }
}
