using Agentic.Agents;
using Agentic.Documents;
using Agentic.Reading.Relevance;
using Agentic.Runs;

namespace Agentic.Reading.ChainOfAgents;

/// <summary>
/// Reads with a small model: its probabilities say which passages bear on the question, code keeps them, and only the last step generates, from a few short passages.
/// </summary>
internal sealed class ScoringTeam : IReadingTeam
{
    private readonly AgentCaller _caller;
    private readonly ChainAgents _agents;
    private readonly string _question;
    private readonly ChainOfAgentsOptions _options;
    private readonly QuestionTerms _terms;
    private readonly PassageSplitter _splitter;
    private readonly PassageJudge _judge;
    private readonly int _unitTokens;

    public ScoringTeam(AgentCaller caller, ChainAgents agents, string question, ChainOfAgentsOptions options)
    {
        _caller = caller;
        _agents = agents;
        _question = question;
        _options = options;
        _terms = new QuestionTerms(question);
        _splitter = new PassageSplitter(caller.Model.Counter, PassageJudge.LeastTokens, PassageJudge.MostTokens);
        _judge = new PassageJudge(caller, agents.Relevance, question);
        int window = caller.Model.Window;
        _unitTokens = options.UnitTokens ?? Math.Min(1024, window / 8);
        WorkerBudget = new StageBudget
        {
            Stage = Stages.Worker,
            Window = window,
            Template = _judge.Overhead,
            Carried = _unitTokens,
            Safety = caller.Model.Safety,
        };
        WorkerBudget.Require(PassageJudge.MostTokens);
    }

    public StageBudget WorkerBudget { get; }

    public bool ReadsShortDocuments => true;

    public CommunicationUnit Empty => new FactSheet(_unitTokens);

    /// <summary>Counts the question's terms in every passage, so that rare ones weigh more.</summary>
    public void Prepare(IReadOnlyList<Chunk> chunks)
    {
        foreach (Chunk chunk in chunks)
        {
            foreach (Passage passage in _splitter.Split(chunk))
            {
                _terms.Add(passage.TextWithHeading);
            }
        }
    }

    public IReadOnlyList<PlanStage> Plan(IReadOnlyList<Chunk> chunks)
    {
        long tokens = chunks.Sum(c => (long)c.Tokens);
        long passages = tokens / ((PassageJudge.LeastTokens + PassageJudge.MostTokens) / 2) + chunks.Count;
        long scored = Math.Min(passages, (long)chunks.Count * _options.ScoredPassages);
        return
        [
            new(Stages.Worker, chunks.Count, (tokens * scored / passages) + (scored * _judge.Overhead), 0),
            new(Stages.Manager, 1, _unitTokens, _options.AnswerTokens ?? _agents.Answerer.Card.MaxOutput),
        ];
    }

    public async Task<CommunicationUnit> WorkAsync(CommunicationUnit previous, Chunk chunk, CancellationToken cancellationToken)
    {
        var sheet = (FactSheet)previous;
        List<(Passage Passage, double Words)> passages = [.. _splitter.Split(chunk).Select(p => (p, _terms.Score(p.TextWithHeading)))];
        List<(Passage Passage, double Words)> promising = [.. passages.OrderByDescending(p => p.Words).Take(_options.ScoredPassages)];
        IReadOnlyList<double> likelihoods = await _judge.ScoreAsync(Stages.Worker, [.. promising.Select(p => p.Passage)], cancellationToken).ConfigureAwait(false);
        foreach ((Passage passage, double relevance) in promising
            .Select((p, i) => (p.Passage, PassageJudge.Relevance(likelihoods[i], p.Words)))
            .OrderByDescending(p => p.Item2)
            .Take(4))
        {
            sheet = sheet.With(ToFact(passage, relevance));
        }

        return sheet;
    }

    public async Task<Draft> AnswerAsync(CommunicationUnit last, bool stream, CancellationToken cancellationToken)
    {
        var sheet = (FactSheet)last;
        Fact[] best = [.. sheet.ByRelevance.Take(3)];
        if (best.Length == 0)
        {
            return new Draft("", []);
        }

        AgentReply reply = await _caller.AskAsync(
            new AskRequest
            {
                Stage = Stages.Manager,
                Agent = _agents.Answerer,
                Variables = new Dictionary<string, object?> { ["question"] = _question, ["passages"] = string.Join("\n\n", best.Reverse().Select(f => f.ContextText)) },
                MaxOutput = _options.AnswerTokens,
                Stream = stream,
            },
            cancellationToken).ConfigureAwait(false);
        return new Draft(AnswerText.Clean(reply.Text), ExtractingTeam.EvidenceOf(sheet));
    }

    public Draft WithoutManager(CommunicationUnit last)
    {
        var sheet = (FactSheet)last;
        return new Draft(sheet.ByRelevance.FirstOrDefault()?.Evidence.Quote ?? "", ExtractingTeam.EvidenceOf(sheet));
    }

    public string Describe(CommunicationUnit unit) => $"{((FactSheet)unit).Facts.Count} facts";

    /// <summary>The sentence of a passage that shares most with the question, cited; the passage is its context.</summary>
    private Fact ToFact(Passage passage, double relevance)
    {
        string text = passage.Document.Text;
        TextSpan quote = SentenceSplitter.Split(text, passage.Span).MaxBy(s => _terms.Coverage(text.AsSpan(s.Start, s.Length)));
        int lead = quote.Length - text.AsSpan(quote.Start, quote.Length).TrimStart().Length;
        int length = text.AsSpan(quote.Start, quote.Length).Trim().Length;
        var span = new TextSpan(quote.Start + lead, length);
        var evidence = new Evidence
        {
            Quote = text.Substring(span.Start, span.Length),
            Source = passage.Document.Name,
            Span = span,
            Page = passage.Document.PageAt(span.Start),
            Verified = true,
            Stage = Stages.Worker,
            Chunk = passage.Chunk,
            Confidence = relevance,
        };
        return new Fact(evidence, passage.Document, passage.Span, passage.Heading, relevance, _caller.Model.Counter.CountText(passage.TextWithHeading) + 8);
    }
}
