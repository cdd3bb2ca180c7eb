namespace Agentic.Inference.ChatTemplates.Jinja.Values;

/// <summary>A dictionary in order of insertion. Keys are texts, numbers, booleans or none.</summary>
internal sealed class TemplateMap : IContainer
{
    private readonly OrderedDictionary<object, object?> _entries = new(KeyComparer.Instance);

    public Extent Extent { get; private set; } = Extent.None;

    public int Count => _entries.Count;

    public IEnumerable<object?> Keys => _entries.Keys.Select(FromKey);

    public IEnumerable<object?> Values => _entries.Values;

    public IEnumerable<(object? Key, object? Value)> Entries => _entries.Select(e => (FromKey(e.Key), e.Value));

    public object? this[string key]
    {
        set => Set(MarkedText.Template(key), value);
    }

    public void Set(object? key, object? value)
    {
        if (key is IContainer)
        {
            throw new TemplateFault($"a {ValueKind.Name(key)} cannot be a key");
        }
        Extent = Extent.Add(value);
        _entries[ToKey(key)] = value;
    }

    public bool TryGet(object? key, out object? value) => _entries.TryGetValue(ToKey(key), out value);

    public bool TryGet(string key, out object? value) => TryGet(MarkedText.Template(key), out value);

    private static object ToKey(object? key) => key ?? KeyComparer.None;

    private static object? FromKey(object key) => key == KeyComparer.None ? null : key;

    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public static readonly KeyComparer Instance = new();
        public static readonly object None = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) => ReferenceEquals(x, y) || (x != None && y != None && Operators.AreEqual(x, y));

        public int GetHashCode(object key) => key switch
        {
            bool flag => flag ? 1.0.GetHashCode() : 0.0.GetHashCode(),
            long number => ((double)number).GetHashCode(),
            _ => key.GetHashCode(),
        };
    }
}
