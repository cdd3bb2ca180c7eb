namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>Arguments of a call, a filter or a test.</summary>
internal sealed record CallArguments(IReadOnlyList<object?> Positional, IReadOnlyDictionary<string, object?> Named)
{
    public static readonly CallArguments None = new([], new Dictionary<string, object?>());

    public bool Has(int index, string name) => index < Positional.Count || Named.ContainsKey(name);

    public object? Get(int index, string name, object? otherwise = null) =>
        index < Positional.Count ? Positional[index] : Named.TryGetValue(name, out var value) ? value : otherwise;

    public object? Need(int index, string name) => Has(index, name) ? Get(index, name) : throw new TemplateFault($"argument '{name}' is missing");

    public MarkedText Text(int index, string name) => Need(index, name) as MarkedText
        ?? throw new TemplateFault($"argument '{name}' must be a string, not {ValueKind.Name(Get(index, name))}");

    public long Integer(int index, string name, long? otherwise = null) => Get(index, name, otherwise) switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        var value => throw new TemplateFault($"argument '{name}' must be an integer, not {ValueKind.Name(value)}"),
    };

    public bool Flag(int index, string name) => Operators.IsTrue(Get(index, name, false));

    /// <summary>The arguments after the first <paramref name="count"/> positional ones.</summary>
    public CallArguments Skip(int count) => new([.. Positional.Skip(count)], Named);
}
