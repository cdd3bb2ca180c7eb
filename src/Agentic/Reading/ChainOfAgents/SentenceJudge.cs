using Agentic.Documents;
using Agentic.Reading.Relevance;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>Rates sentences for a question, and chooses the ones that answer it. The weights were fitted on questions 200 to 399 of Natural Questions, none of which is reported.</summary>
internal sealed class SentenceJudge(string question, QuestionTerms terms)
{
    /// <summary>What holding the kind of thing asked for is worth.</summary>
    private const double FitWeight = 0.4;

    /// <summary>What agreeing with the draft is worth.</summary>
    private const double DraftWeight = 1.0;

    /// <summary>A second sentence nearly as good is shown too, if both are short.</summary>
    private const double SecondMargin = 0.4;

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

    /// <summary>The facts that answer: the one that best joins relevance and agreement with the draft, and a second close to it.</summary>
    public static Fact[] Choose(IReadOnlyList<Fact> facts, string draft)
    {
        (Fact Fact, double Score)[] rated = [.. facts.Select(f => (f, f.Relevance + (DraftWeight * Agreement(draft, f.Evidence.Quote)))).OrderByDescending(f => f.Item2)];
        return rated.Length > 1 && rated[0].Score - rated[1].Score < SecondMargin && Words(rated[0].Fact) + Words(rated[1].Fact) <= MostWords
            ? [rated[0].Fact, rated[1].Fact]
            : [rated[0].Fact];
    }

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
}
