using System.Text.RegularExpressions;
using Agentic.Documents;
using Agentic.Reading.Relevance;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>Rates sentences for a question, and chooses the ones that answer it. The weights were fitted on questions 200 to 399 of Natural Questions, none of which is reported.</summary>
internal sealed partial class SentenceJudge(string question, QuestionTerms terms)
{
    /// <summary>What holding the kind of thing asked for is worth.</summary>
    private const double FitWeight = 0.4;

    /// <summary>What agreeing with the draft is worth.</summary>
    private const double DraftWeight = 1.0;

    /// <summary>A second sentence nearly as good is shown too, if both are short.</summary>
    private const double SecondMargin = 0.4;

    /// <summary>Sentences after the second must be nearly equal.</summary>
    private const double FurtherMargin = 0.15;

    /// <summary>What naming somebody whom the best sentence brought in is worth.</summary>
    private const double BridgeWeight = 0.8;

    /// <summary>What holding all that the best sentence lacks of the question is worth then.</summary>
    private const double MissingWeight = 2;

    private const int MostWords = 40;

    private readonly ExpectedAnswer _expected = new(question, terms);

    /// <summary>The sentences of a passage, rated by their words.</summary>
    public IEnumerable<RatedSentence> Sentences(RatedPassage passage)
    {
        string text = passage.Passage.Document.Text;
        foreach (TextSpan sentence in SentenceSplitter.Split(text, passage.Passage.Span))
        {
            TextSpan span = Trimmed(text, sentence);
            if (span.Length > 0)
            {
                string quote = text.Substring(span.Start, span.Length);
                double words = terms.Coverage(quote) + passage.Words + (_expected.Fits(quote) ? FitWeight : 0);
                yield return new RatedSentence(passage.Passage, span, words, 0);
            }
        }
    }

    /// <summary>The facts that answer: the one that best joins relevance and agreement with the draft, then others close to it as long as all are short.</summary>
    /// <remarks>A sentence that names somebody whom the first one brought in comes nearer: the first may be only half of the way to the answer.</remarks>
    public Fact[] Choose(IReadOnlyList<Fact> facts, string draft)
    {
        List<(Fact Fact, double Score)> rated = [.. facts.Select(f => (Fact: f, Score: f.Relevance + (DraftWeight * Agreement(draft, f.Evidence.Quote))))];
        (Fact Fact, double Score) first = rated.MaxBy(r => r.Score);
        HashSet<string> named = NewNames(first.Fact);
        List<Fact> chosen = [first.Fact];
        int words = Words(first.Fact);
        foreach ((Fact fact, double score) in rated
            .Where(r => r.Fact != first.Fact)
            .Select(r => (r.Fact, Score: r.Score + Bridge(first.Fact, named, r.Fact)))
            .OrderByDescending(r => r.Score))
        {
            double margin = chosen.Count == 1 ? SecondMargin : FurtherMargin;
            if (first.Score - score < margin && words + Words(fact) <= MostWords)
            {
                chosen.Add(fact);
                words += Words(fact);
            }
        }

        return [.. chosen];
    }

    /// <summary>What a sentence gains that goes on from the first: it shares a name that the question did not have, and holds terms of the question that the first lacks.</summary>
    private double Bridge(Fact first, HashSet<string> named, Fact next) => NewNames(next).Overlaps(named)
        ? BridgeWeight + (MissingWeight * (terms.Coverage($"{first.Evidence.Quote} {next.Evidence.Quote}") - terms.Coverage(first.Evidence.Quote)))
        : 0;

    /// <summary>Capitalised words that the question does not have.</summary>
    private HashSet<string> NewNames(Fact fact) =>
        [.. Name().Matches(fact.Evidence.Quote).Where(m => terms.Coverage(m.ValueSpan) == 0).Select(m => m.Value)];

    /// <summary>Share of the draft's words that the sentence has.</summary>
    private static double Agreement(string draft, string sentence)
    {
        List<string> words = TextOverlap.Words(draft);
        HashSet<string> held = [.. TextOverlap.Words(sentence)];
        return words.Count == 0 ? 0 : (double)words.Count(held.Contains) / words.Count;
    }

    private static int Words(Fact fact) => fact.Evidence.Quote.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>A span without white space at its ends.</summary>
    internal static TextSpan Trimmed(string text, TextSpan span)
    {
        int start = span.Start;
        int end = span.End;
        while (start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return TextSpan.FromBounds(start, end);
    }

    [GeneratedRegex(@"\b\p{Lu}\w{2,}", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
