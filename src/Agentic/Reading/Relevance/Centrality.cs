namespace Agentic.Reading.Relevance;

/// <summary>How much a sentence speaks of what its documents speak of: its terms' weight, frequent terms weighing more (after Nenkova and Vanderwende 2005, SumBasic), damped so that a sentence of few terms cannot win.</summary>
/// <remarks>Counting looks at each text once; memory grows with the vocabulary, not with the text. Thread-safe after counting.</remarks>
internal sealed class Centrality
{
    /// <summary>Terms added to a sentence's own in the mean: a sentence must say something to score.</summary>
    private const int Damping = 8;

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private int _most = 1;

    public Centrality() => _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Counts a text's terms; all texts before the first score.</summary>
    public void Add(ReadOnlySpan<char> text) =>
        Terms.Visit(text, this, static (c, term, _) =>
        {
            c._lookup.TryGetValue(term, out int count);
            c._lookup[term] = count + 1;
            c._most = Math.Max(c._most, count + 1);
        });

    /// <summary>0..1.</summary>
    public double Score(ReadOnlySpan<char> sentence)
    {
        HashSet<string> terms = [.. Terms.Of(sentence)];
        return terms.Sum(t => Math.Log(1 + _counts.GetValueOrDefault(t))) / Math.Log(1 + _most) / (terms.Count + Damping);
    }
}
