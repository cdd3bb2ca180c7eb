using System.Text.RegularExpressions;
using Agentic.Agents;
using Agentic.Documents;
using Agentic.Reading.Relevance;
using Agentic.Runs;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>
/// Summarises with a small model, whose own summaries repeat themselves and invent: the summary is made of the documents' sentences. Words say which are central, the model's
/// probabilities which stand for their section, code keeps the best under budget, and the most telling that do not repeat each other are the summary.
/// </summary>
internal sealed partial class SummaryScoringTeam : IReadingTeam
{
    private const int SentencesScored = 32;
    private const int SentencesKept = 10;
    private const int DefaultWords = 150;
    private const int LeastWords = 10;
    private const int MostWords = 45;

    /// <summary>What explaining all of a title's surprise is worth beside centrality.</summary>
    private const double TitleWeight = 0.5;

    /// <summary>What a sentence loses that begins with a word for something said before it, or speaks to somebody.</summary>
    private const double DependenceWeight = 0.3;

    /// <summary>What a sentence that holds all of the focus gains.</summary>
    private const double FocusWeight = 1;

    /// <summary>What a sentence that only repeats a chosen one loses.</summary>
    private const double RepetitionWeight = 1;

    private readonly AgentCaller _caller;
    private readonly Agent _title;
    private readonly Centrality _centrality = new();
    private readonly QuestionTerms _focus;
    private readonly int _words;
    private readonly int _unitTokens;
    private readonly PassageSplitter _splitter;

    public SummaryScoringTeam(AgentCaller caller, ChainAgents agents, ChainOfAgentsOptions options)
    {
        _caller = caller;
        _title = agents.Title;
        _focus = new QuestionTerms(options.Focus ?? "");
        _words = options.SummaryWords ?? DefaultWords;
        _splitter = new PassageSplitter(caller.Model.Counter, least: 60, most: 150);

        // Twice as many sentences as the summary has words for, so that repetitions can be left out.
        _unitTokens = options.UnitTokens ?? Math.Max(1024, _words * 4);
        WorkerBudget = new StageBudget
        {
            Stage = Stages.Worker,
            Window = caller.Model.Window,
            Template = Context("").Count,
            Carried = 0,
            Safety = caller.Model.Safety,
        };
    }

    public StageBudget WorkerBudget { get; }

    public bool ReadsShortDocuments => true;

    public CommunicationUnit Empty => new FactSheet(_unitTokens);

    public void Prepare(IReadOnlyList<Chunk> chunks)
    {
        foreach (Chunk chunk in chunks)
        {
            _centrality.Add(chunk.Document.Text.AsSpan(chunk.Span.Start, chunk.Span.Length));
            foreach (TextSpan sentence in SentenceSplitter.Split(chunk.Document.Text, chunk.Span))
            {
                _focus.Add(chunk.Document.Text.AsSpan(sentence.Start, sentence.Length));
            }
        }
    }

    public IReadOnlyList<PlanStage> Plan(IReadOnlyList<Chunk> chunks) =>
        [new(Stages.Worker, chunks.Count, (long)chunks.Count * SentencesScored * 2 * (MostWords + WorkerBudget.Template), 0)];

    public async Task<CommunicationUnit> WorkAsync(CommunicationUnit previous, Chunk chunk, CancellationToken cancellationToken)
    {
        List<(Passage Passage, TextSpan Span, double Score)> central =
            [.. _splitter.Split(chunk).SelectMany(Sentences).OrderByDescending(s => s.Score).ThenBy(s => s.Span.Start).DistinctBy(s => s.Passage.Document.Text.Substring(s.Span.Start, s.Span.Length)).Take(SentencesScored)];
        IReadOnlyList<double> titles = await TitleGainsAsync(central, cancellationToken).ConfigureAwait(false);
        var sheet = (FactSheet)previous;
        foreach ((Passage passage, TextSpan span, double relevance) in central
            .Select((s, i) => (s.Passage, s.Span, Relevance: s.Score + (TitleWeight * titles[i])))
            .OrderByDescending(s => s.Relevance)
            .Take(SentencesKept))
        {
            sheet = sheet.With(Fact.Verbatim(passage, span, relevance, Stages.Worker, _caller.Model.Counter));
        }

        return sheet;
    }

    public Task<Draft> AnswerAsync(CommunicationUnit last, bool stream, CancellationToken cancellationToken)
    {
        Draft draft = WithoutManager(last);
        if (stream && draft.Text.Length > 0)
        {
            _caller.Session.Emit(new TokenDeltaEvent(draft.Text));
        }

        return Task.FromResult(draft);
    }

    public Draft WithoutManager(CommunicationUnit last)
    {
        List<Fact> chosen = Choose((FactSheet)last);
        return new Draft(string.Join(' ', chosen.OrderBy(f => f.Place).Select(f => AsProse(f.Evidence.Quote))), [.. chosen.Select(f => f.Evidence)]);
    }

    public string Describe(CommunicationUnit unit) => $"{((FactSheet)unit).Facts.Count} sentences";

    /// <summary>The most relevant sentences, each losing what it repeats of those chosen before it, until the words are used up.</summary>
    private List<Fact> Choose(FactSheet sheet)
    {
        List<Fact> left = [.. sheet.Facts];
        List<Fact> chosen = [];
        int words = 0;
        while (left.Count > 0)
        {
            Fact best = left.MaxBy(f => f.Relevance - (RepetitionWeight * chosen.Select(c => TextOverlap.F1(c.Evidence.Quote, f.Evidence.Quote)).DefaultIfEmpty().Max()))!;
            left.Remove(best);
            int length = WordCount(best.Evidence.Quote);
            if (chosen.Count == 0 || words + length <= _words)
            {
                chosen.Add(best);
                words += length;
            }
        }

        return chosen;
    }

    private IEnumerable<(Passage Passage, TextSpan Span, double Score)> Sentences(Passage passage)
    {
        string text = passage.Document.Text;
        foreach (TextSpan sentence in SentenceSplitter.Split(text, passage.Span))
        {
            TextSpan span = SentenceJudge.Trimmed(text, sentence);
            string quote = text.Substring(span.Start, span.Length);
            if (WordCount(quote) is >= LeastWords and <= MostWords && quote[0] is not ('|' or '-' or '*' or '#' or '>'))
            {
                yield return (passage, span, _centrality.Score(quote) - (Dependent().IsMatch(quote) ? DependenceWeight : 0) + (_focus.Count > 0 ? FocusWeight * _focus.Score(quote) : 0));
            }
        }
    }

    /// <summary>Share of its title's surprise that each sentence explains; 0 without a title.</summary>
    private async Task<IReadOnlyList<double>> TitleGainsAsync(List<(Passage Passage, TextSpan Span, double Score)> sentences, CancellationToken cancellationToken)
    {
        List<ScoringRequest> requests = [];
        foreach ((Passage passage, TextSpan span, _) in sentences.Where(s => s.Passage.Heading.Length > 0))
        {
            IReadOnlyList<int>[] title = [_caller.Model.ScoringTokens!.Encode(" " + passage.Heading)];
            requests.Add(new ScoringRequest(Context(passage.Document.Text.Substring(span.Start, span.Length)), title) { Priority = RequestPriority.Batch });
            requests.Add(new ScoringRequest(Context(""), title) { Priority = RequestPriority.Batch });
        }

        IReadOnlyList<ScoringResult> results = requests.Count == 0 ? [] : await _caller.ScoreAsync(Stages.Worker, requests, cancellationToken).ConfigureAwait(false);
        var gains = new double[sentences.Count];
        for (int i = 0, next = 0; i < gains.Length; i++)
        {
            if (sentences[i].Passage.Heading.Length > 0)
            {
                double alone = results[next + 1].Mean(0);
                gains[i] = (results[next].Mean(0) - alone) / -alone;
                next += 2;
            }
        }

        return gains;
    }

    private IReadOnlyList<int> Context(string sentence) =>
        _caller.Model.ScoringTokens!.Encode(_title.Prompt.Render(new Dictionary<string, object?>(StringComparer.Ordinal) { ["sentence"] = sentence }));

    [GeneratedRegex(@"\A\W*(?:he|she|it|they|we|i|you|this|that|these|those|there|his|her|their|its|my|our|but|and|so|then|if|one)\b|\b(?:I|you|me|my)\b|[?""“”]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Dependent();

    private static int WordCount(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>A sentence broken over lines reads as one.</summary>
    private static string AsProse(string quote) => string.Join(' ', quote.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
