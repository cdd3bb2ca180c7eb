namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>A value made of values.</summary>
internal interface IContainer
{
    Extent Extent { get; }
}

/// <summary>How much a container holds and how deep: bounded when it is made, so that walking one always ends.</summary>
internal readonly record struct Extent(long Elements, int Depth)
{
    public static readonly Extent None = new(0, 1);

    public Extent Add(object? value)
    {
        var inner = value is IContainer container ? container.Extent : new Extent(0, 0);
        var sum = new Extent(Elements + 1 + inner.Elements, Math.Max(Depth, inner.Depth + 1));
        return sum.Depth > TemplateLimits.Nesting ? throw new TemplateFault("a value nests too deep")
            : sum.Elements > TemplateLimits.Elements ? throw new TemplateFault($"a value has more than {TemplateLimits.Elements} elements")
            : sum;
    }
}
