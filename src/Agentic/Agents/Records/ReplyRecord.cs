namespace Agentic.Agents.Records;

/// <summary>A record that a model filled in. Immutable.</summary>
public sealed class ReplyRecord
{
    private readonly Dictionary<string, object> _values;

    internal ReplyRecord(Dictionary<string, object> values, IReadOnlySet<string> missing) => (_values, Missing) = (values, missing);

    /// <summary>Fields that the reply did not have; texts of them are empty, numbers their default.</summary>
    public IReadOnlySet<string> Missing { get; }

    /// <summary>A text or choice; empty when missing.</summary>
    public string Text(string name) => _values.GetValueOrDefault(name) as string ?? "";

    /// <summary>A number within its bounds.</summary>
    public double Number(string name) => (double)_values[name];

    /// <summary>The texts of a list; none when missing.</summary>
    public IReadOnlyList<string> List(string name) => _values.GetValueOrDefault(name) as IReadOnlyList<string> ?? [];
}
