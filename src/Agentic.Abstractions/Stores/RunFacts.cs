namespace Agentic;

/// <summary>What a run is about: whatever, when it changes, makes it another run. Immutable.</summary>
/// <param name="Strategy">What it does, such as <c>chain</c>.</param>
/// <param name="Subject">Question or instruction, for people.</param>
/// <param name="Facts">Names for people, such as <c>document report.txt</c>, each with a hash; names are unique.</param>
public sealed record RunFacts(string Strategy, string Subject, IReadOnlyList<RunFact> Facts)
{
    /// <summary>What differs in another run, one phrase a fact; empty when they are about the same.</summary>
    public IReadOnlyList<string> Differences(RunFacts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Dictionary<string, string> mine = Facts.ToDictionary(f => f.Name, f => f.Hash, StringComparer.Ordinal);
        Dictionary<string, string> others = other.Facts.ToDictionary(f => f.Name, f => f.Hash, StringComparer.Ordinal);
        var differences = new List<string>();
        if (Strategy != other.Strategy)
        {
            differences.Add($"the strategy was {Strategy} and is {other.Strategy}");
        }

        differences.AddRange(Facts.Where(f => others.TryGetValue(f.Name, out string? hash) && hash != f.Hash).Select(f => $"{f.Name} changed"));
        differences.AddRange(Facts.Where(f => !others.ContainsKey(f.Name)).Select(f => $"{f.Name} is gone"));
        differences.AddRange(other.Facts.Where(f => !mine.ContainsKey(f.Name)).Select(f => $"{f.Name} is new"));
        return differences;
    }
}

/// <summary>One thing that a run is about.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Hash">Hash of its content.</param>
public sealed record RunFact(string Name, string Hash);
