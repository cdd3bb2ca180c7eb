namespace Agentic.Reading.Relevance;

/// <summary>The terms of a question, weighted by how rare they are in the documents read: BM25 without an index. Thread-safe after counting.</summary>
/// <remarks>Counting looks at each text once and keeps one number a question term, so memory does not grow with the documents.</remarks>
public sealed class QuestionTerms
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.5;

    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly long[] _holding;
    private double[] _weights;
    private long _units;
    private long _length;

    /// <summary>Takes the terms of a question.</summary>
    public QuestionTerms(string question)
    {
        foreach (string term in Terms.Of(question))
        {
            _index.TryAdd(term, _index.Count);
        }

        _lookup = _index.GetAlternateLookup<ReadOnlySpan<char>>();
        _holding = new long[_index.Count];
        _weights = [.. Enumerable.Repeat(1.0, _index.Count)];
    }

    /// <summary>Number of different terms.</summary>
    public int Count => _index.Count;

    /// <summary>Sum of all weights: the greatest weight that <see cref="Coverage"/> divides by.</summary>
    public double TotalWeight => _weights.Sum();

    /// <summary>Counts which terms a unit of text (a passage) holds; all units before the first score.</summary>
    public void Add(ReadOnlySpan<char> unit)
    {
        (int[] counts, int length) = CountIn(unit);
        for (int i = 0; i < counts.Length; i++)
        {
            _holding[i] += Math.Min(counts[i], 1);
        }

        _units++;
        _length += length;
        _weights = [.. _holding.Select(n => Math.Log(1 + ((_units - n + 0.5) / (n + 0.5))))];
    }

    /// <summary>BM25 of a text, divided by the score of a text of average length that holds every term once: 1 is a full match.</summary>
    public double Score(ReadOnlySpan<char> text)
    {
        (int[] counts, int length) = CountIn(text);
        double average = _units == 0 ? Math.Max(1, length) : Math.Max(1, (double)_length / _units);
        double norm = Saturation * (1 - LengthWeight + (LengthWeight * length / average));
        double sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            sum += counts[i] == 0 ? 0 : _weights[i] * counts[i] * (Saturation + 1) / (counts[i] + norm);
        }

        double total = TotalWeight;
        return total > 0 ? sum / total : 0;
    }

    /// <summary>Weight of the terms that a text holds over the weight of all, 0..1.</summary>
    public double Coverage(ReadOnlySpan<char> text)
    {
        (int[] counts, _) = CountIn(text);
        double sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            sum += counts[i] > 0 ? _weights[i] : 0;
        }

        double total = TotalWeight;
        return total > 0 ? sum / total : 0;
    }

    private (int[] Counts, int Length) CountIn(ReadOnlySpan<char> text)
    {
        var counter = new Counter(this);
        Terms.Visit(text, counter, static (c, term, _) => c.See(term));
        return (counter.Counts, counter.Length);
    }

    private sealed class Counter(QuestionTerms terms)
    {
        public int[] Counts { get; } = new int[terms._index.Count];

        public int Length { get; private set; }

        public void See(ReadOnlySpan<char> term)
        {
            Length++;
            if (terms._lookup.TryGetValue(term, out int i))
            {
                Counts[i]++;
            }
        }
    }
}
