using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>
/// The structured unit: verbatim facts, a candidate answer and open questions under a token budget. Code keeps it, no model rewrites it, so an exact string survives
/// any number of workers. When the budget is full the least relevant fact goes.
/// </summary>
internal sealed record FactSheet(int Budget) : CommunicationUnit
{
    private const int MostQuestions = 5;

    /// <summary>Facts in the order of the documents.</summary>
    public ImmutableList<Fact> Facts { get; private init; } = [];

    /// <summary>The best guess so far and its relevance.</summary>
    public (string Text, double Relevance)? Candidate { get; private init; }

    /// <summary>What a worker wanted to know and a later one may find, newest last.</summary>
    public ImmutableList<string> OpenQuestions { get; private init; } = [];

    public override bool IsEmpty => Facts.IsEmpty && Candidate is null;

    /// <summary>Tokens of the facts.</summary>
    public int Tokens => Facts.Sum(f => f.Tokens);

    /// <summary>The facts, best first.</summary>
    public IEnumerable<Fact> ByRelevance => Facts.OrderByDescending(f => f.Relevance).ThenBy(f => f.Place);

    /// <summary>Adds a fact unless it is known; a fact inside a known one is known, and so is the same sentence elsewhere.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="evicted">Told each fact that had to go, which may be the new one.</param>
    public FactSheet With(Fact fact, Action<Fact>? evicted = null)
    {
        int known = Facts.FindIndex(f => Same(f, fact));
        if (known >= 0)
        {
            Fact better = Facts[known].Relevance >= fact.Relevance ? Facts[known] : Facts[known] with { Relevance = fact.Relevance };
            return this with { Facts = Facts.SetItem(known, better) };
        }

        int at = Facts.FindIndex(f => f.Place.CompareTo(fact.Place) > 0);
        ImmutableList<Fact> facts = Facts.Insert(at < 0 ? Facts.Count : at, fact);
        int tokens = Tokens + fact.Tokens;
        while (tokens > Budget && facts.Count > 0)
        {
            Fact least = facts.OrderBy(f => f.Relevance).ThenByDescending(f => f.Place).First();
            facts = facts.Remove(least);
            tokens -= least.Tokens;
            evicted?.Invoke(least);
        }

        return this with { Facts = facts };
    }

    /// <summary>Proposes an answer; it replaces a less relevant one, and an equally relevant one since it is newer.</summary>
    public FactSheet WithCandidate(string text, double relevance) =>
        text.Length == 0 || (Candidate is { } known && known.Relevance > relevance) ? this : this with { Candidate = (text, relevance) };

    /// <summary>Notes what is still to be found; the oldest of too many is forgotten.</summary>
    public FactSheet WithOpenQuestion(string text)
    {
        if (text.Length == 0 || OpenQuestions.Contains(text))
        {
            return this;
        }

        ImmutableList<string> questions = OpenQuestions.Add(text);
        return this with { OpenQuestions = questions.Count > MostQuestions ? questions.RemoveAt(0) : questions };
    }

    public override string Render()
    {
        var text = new StringBuilder();
        for (int i = 0; i < Facts.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"[{i + 1}] ");
            if (Facts[i].Heading.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"({Facts[i].Heading}) ");
            }

            text.Append('"').Append(Facts[i].Evidence.Quote).Append("\"\n");
        }

        if (Candidate is { } candidate)
        {
            text.Append(CultureInfo.InvariantCulture, $"Best answer so far: {candidate.Text}\n");
        }

        foreach (string question in OpenQuestions)
        {
            text.Append(CultureInfo.InvariantCulture, $"Still open: {question}\n");
        }

        return text.ToString().TrimEnd();
    }

    private static bool Same(Fact a, Fact b) =>
        string.Equals(a.Evidence.Quote, b.Evidence.Quote, StringComparison.OrdinalIgnoreCase)
        || (a.Document == b.Document && a.Evidence.Span is { } known && b.Evidence.Span is { } added && known.Contains(added));
}
